//! The engines on which a test runs: both where it stores or reads, though in the quick loop not each test; one where it
//! only looks at a page.

/// Runs tests on both engines: `on_both_engines! { name }` turns `fn name(test)` into `name::sqlite` and
/// `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    // With a function that changes the settings.
    (with $change:ident: $($name:ident)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::support::app::TestApp::sqlite_with(super::$change));
            }

            #[test]
            fn postgres() {
                super::$name(&$crate::support::app::TestApp::postgres_with(super::$change));
            }
        }
    )+};
    ($($name:ident)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::support::app::TestApp::sqlite());
            }

            #[test]
            fn postgres() {
                super::$name(&$crate::support::app::TestApp::postgres());
            }
        }
    )+};
}

/// Runs tests on SQLite, and on PostgreSQL as well in a whole run (`tests/run`, the profile `whole` of nextest). Each
/// statement that they send to PostgreSQL is sent by tests on both engines too, so the quick loop leaves them out there.
#[macro_export]
macro_rules! on_sqlite_first {
    ($($name:ident)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::support::app::TestApp::sqlite());
            }

            mod whole_run {
                #[test]
                fn postgres() {
                    super::super::$name(&$crate::support::app::TestApp::postgres());
                }
            }
        }
    )+};
}

/// Runs tests of pages on SQLite alone: what a page shows of the data does not depend on the engine, which the tests of
/// the services read on both.
#[macro_export]
macro_rules! on_sqlite {
    ($($name:ident)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::support::app::TestApp::sqlite());
            }
        }
    )+};
}
