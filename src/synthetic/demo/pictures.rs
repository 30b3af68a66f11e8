//! The demonstration's pictures, as a telephone would have taken them: a lesson, a visit, a sheet that was signed. They were
//! drawn for it and show nobody.

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motif {
    /// People in a room before a screen.
    Lesson,
    /// Volunteers with somebody at a house.
    Visit,
    /// A sign-in sheet on a table.
    Sheet,
}

type Three = [&'static [u8]; 3];

const LESSONS: Three = [
    include_bytes!("pictures/lesson-1.jpg"),
    include_bytes!("pictures/lesson-2.jpg"),
    include_bytes!("pictures/lesson-3.jpg"),
];
const VISITS: Three = [
    include_bytes!("pictures/visit-1.jpg"),
    include_bytes!("pictures/visit-2.jpg"),
    include_bytes!("pictures/visit-3.jpg"),
];
const SHEETS: Three = [
    include_bytes!("pictures/sheet-1.png"),
    include_bytes!("pictures/sheet-2.png"),
    include_bytes!("pictures/sheet-3.png"),
];

/// A picture's name and bytes; which of the three follows from a number.
pub(super) fn picture(motif: Motif, seed: u64) -> (&'static str, &'static [u8]) {
    let (name, three) = match motif {
        Motif::Lesson => ("活动现场.jpg", LESSONS),
        Motif::Visit => ("走访现场.jpg", VISITS),
        Motif::Sheet => ("签到表.png", SHEETS),
    };
    let place = usize::try_from(seed / 7 % 3).unwrap_or(0);
    (name, three.get(place).copied().unwrap_or_default())
}
