//! Keys of rows. They never leave the program: addresses show random identifiers.

use diesel_derive_newtype::DieselNewType;

macro_rules! keys {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
        pub struct $name(pub i64);
    )+};
}

keys! {
    /// A row of `organisations`.
    OrganisationId,
    /// A row of `people`.
    PersonId,
    /// A row of `seats`: a person's role within an organisation.
    SeatId,
    /// A row of `contracts`.
    ContractId,
    /// A row of `appropriations`.
    AppropriationId,
    /// A row of `payments`.
    PaymentId,
    /// A row of `asks`.
    ChangeRequestId,
    /// A row of `letters`.
    LetterId,
    /// A row of `files`.
    FileId,
    /// A row of `regions`.
    RegionId,
    /// A row of `drafts`.
    DraftId,
    /// A row of `account_changes`.
    AccountChangeId,
}
