## Lists
list-limit = A page can have 1 to { $most } items
cursor-unknown = This place in the list is not valid. Start again from the beginning.

## The register
register-code = A code must have 1 to 64 letters, digits or - _ . and no spaces
register-code-taken = This code is already in use
register-region-code = A region code must have 1 to 12 letters or digits
register-region-missing = Choose a region. Only an organisation with the function “Other” can have none.
register-unknown-region = There is no such region. Add it first.
register-named-none = No name or code contains “{ $typed }”. Check it and enter it again
register-named-several = { $count } names or codes contain “{ $typed }”. Choose one of them
register-named-many = More than { $count } names or codes contain “{ $typed }”. Enter more of it, or choose one of them
register-named-similar = None is called “{ $typed }”, or several are. Similar names: { $names }. Enter the full name or the code of one of them
register-unknown-bureau = There is no such bureau in your region
register-unknown-organisation = There is no such organisation. Add it first.
register-first-organisation = There is no organisation yet. Name the first one too: --role administrator --organisation CODE --organisation-name NAME
register-add-contractor = Add a contractor under “Contractors”, with its credit code
register-name-known = “{ $name }” ({ $code }) is already in the register. If this is another organisation, add to its name what tells them apart, such as its place.
register-contractor-known = A contractor with this credit code is already registered
register-text-length = Use at most { $most } characters
register-year = The year must be 2000 to 2099
register-days = The end date must not be before the start date, and a delegation cannot start before today
credit-code-shape = A credit code must have 18 characters: digits and capital letters, without I, O, S, V or Z (GB 32100-2015)
credit-code-check = The check character does not match: a character of the credit code is mistyped (GB 32100-2015)
service-barred = Not to be bought since { $since }: { $basis }

## Payee accounts and appropriations
register-account-number = An account number must have 6 to 32 digits
proposal-waiting = The same has been proposed and awaits approval
account-waiting = A payee account of this contractor is already awaiting approval
decided-before = This has already been { $state ->
    [approved] approved
    [refused] refused
    [recalled] recalled
   *[other] { $state }
}
finance-bureau-only = Only people of a finance bureau can do this

## People
register-seats = Choose 1 to { $most } roles, each with its organisation
register-username-taken = This username is already in use
register-unknown-person = No one has this username
register-role-misplaced = This role cannot be held in an organisation of this kind
register-roles-apart = An administrator, a supervisor or a contractor’s person cannot hold another role
register-one-contractor = One person cannot have seats at two contractors. End the seat at the other contractor first
not-oneself = You cannot do this to yourself
person-is-so = This is already the case

## Standing in
delegation-no-seat = The holder does not have this role in this organisation
delegation-deputy = “{ $name }” cannot deputise: give the username or full name (the username if several have the name) of a person with a role in the same organisation, and none that must be kept apart from this one
delegation-too-long = A delegation lasts at most a year. Choose an earlier last day
delegation-exists = This role is already delegated to this person for these days
delegation-of-another = You can only delegate your own roles
delegation-over = This delegation has already ended
