## Lists
list-limit = A page has 1 to { $most } items.
cursor-unknown = There is no such place in the list. Please read it again from the beginning.

## The register
register-code = A code has 1 to 64 letters, digits or - _ . and no blanks.
register-code-taken = This code is taken.
register-region-code = A region's code has 1 to 12 letters or digits.
register-region-missing = Please name the region: only an organisation of another kind has none.
register-unknown-region = There is no such region. Please add it first.
register-unknown-bureau = There is no such bureau in your region.
register-unknown-organisation = There is no such organisation. Please add it first.
register-first-organisation = There is no organisation yet. Name the first one too: --role administrator --organisation CODE --organisation-name NAME
register-add-contractor = A contractor is added under contractors, with its credit code.
register-contractor-known = A contractor with this credit code is registered already.
register-text-length = At most { $most } characters, please.
register-year = A budget year is 2000 to 2099.
register-days = The last day cannot be before the first, and a delegation cannot begin before today.
credit-code-shape = A credit code has 18 characters: digits and capital letters without I, O, S, V, Z (GB 32100-2015).
credit-code-check = The check character does not match: a character of the credit code is mistyped (GB 32100-2015).
service-barred = Not to be bought since { $since }: { $basis }

## Payee accounts and appropriations
register-account-number = An account number has 6 to 32 digits.
account-waiting = An account of this contractor waits for a finance reviewer already.
decided-before = It was { $state ->
    [approved] approved
    [refused] refused
   *[other] { $state }
} already.
finance-bureau-only = Only somebody of a finance bureau may do this.

## People
register-email = This is not an address of mail.
register-seats = Please give 1 to { $most } roles, each with its organisation.
register-username-taken = This user name is taken.
register-unknown-person = There is nobody with this user name.
register-role-misplaced = This role cannot be held in an organisation of this kind.
register-roles-apart = An administrator, and a contractor's person, holds no other role.
not-oneself = This cannot be done to oneself.
person-is-so = It is so already.

## Standing in
delegation-no-seat = The holder does not have this role in this organisation.
delegation-deputy = A deputy has a role in the same organisation, and none that must be held apart from this one.
delegation-of-another = You can hand over only your own roles.
delegation-over = It is over already.
