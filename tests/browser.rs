//! Pages as people see them, in headless Chromium: every page by every role in both languages, and whole stories.

/// Sweeps, each by somebody, in both languages: a test for each, and `SWEPT`, who they are.
macro_rules! in_both_languages {
    ($($name:ident $who:literal;)+) => {
        $(
            mod $name {
                #[test]
                fn in_chinese() {
                    super::sweep($who, "zh");
                }

                #[test]
                fn in_english() {
                    super::sweep($who, "en");
                }
            }
        )+

        const SWEPT: &[&str] = &[$($who),+];
    };
}

mod forged;
mod headers;
mod hostile;
mod look;
mod posted;
mod rows;
mod showcase;
mod stories;
mod sweep;
