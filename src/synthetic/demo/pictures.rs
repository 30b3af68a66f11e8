//! Pictures for the demonstration, in the style of phone photos. They were drawn for it and show no real person.

/// The subject of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motif {
    /// People in a room in front of a screen.
    Lesson,
    /// Volunteers visiting a client at home.
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

/// Returns the name and bytes of a picture; `seed` selects one of three.
pub(super) fn picture(motif: Motif, seed: u64) -> (&'static str, &'static [u8]) {
    let (name, three) = match motif {
        Motif::Lesson => ("活动现场.jpg", LESSONS),
        Motif::Visit => ("走访现场.jpg", VISITS),
        Motif::Sheet => ("签到表.png", SHEETS),
    };
    let place = usize::try_from(seed / 7 % 3).unwrap_or(0);
    (name, three.get(place).copied().unwrap_or_default())
}
