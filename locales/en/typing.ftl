typed-negative = The number must not be negative
typed-character = “{ $character }” is not part of a number. Enter digits only, such as { $example }.
typed-grouping = The separator “{ $character }” is in the wrong place. Thousands are written { $example }.
typed-places = Use at most { $most } decimal places. You entered { $given }.
typed-places-money = The amount is in yuan, with at most two decimal places. You entered { $given }.
typed-no-such-day = There is no day { $day }
typed-day-beyond = The year of { $day } must be 2000 to 2099
typed-day-year = The year is missing. Enter the whole date, such as 2026-09-29 or 29 September 2026.
typed-day-day = The day is missing. Enter the whole date, such as 2026-09-29 or 29 September 2026.
typed-day-century = Enter the year with four digits, then month and day, such as 2026-09-29
typed-day-order = Day and month could be either way round. Enter the year first, then month and day, such as 2026-09-29.
typed-large-money = The amount is too large. It must be less than 1,000,000,000,000 yuan.
typed-large-quantity = The quantity is too large. It must be less than 1,000,000,000.
typed-large-measured = The number is too large. It must be less than 1,000,000,000.
typed-large-whole = The number is too large. Check it.
understood = = { $value }
understood-money = = { $value } yuan
understood-percent = = { $value }%
understood-days = = { $value } days
field-pick-day = Choose a day
field-pick-month = Choose a month
email-no-at = The email address needs an “@”, such as name@example.com
email-two-ats = The email address must have only one “{ $part }”
email-no-local = Enter the part before the “@”
email-no-domain = Enter the domain after the “@”
email-short-domain = The domain “{ $part }” is not complete. Enter one such as example.com.
email-prefix = Remove “{ $part }” and enter the address only
email-dot = A “{ $part }” is in the wrong place. It must not be doubled, first or last.
email-hyphen = The domain part “{ $part }” must not begin or end with “-”
email-by-number = Enter a domain instead of the IP address “{ $part }”
email-character = The email address must not contain “{ $part }”
email-domain = The domain “{ $part }” is not valid. Check it.
email-long = The email address is too long
list-count = { $count } found, { $order }
list-count-more = More than { $count } found, { $order }
contracts-order = the most recently registered first; a contract with exactly the number comes before all others
drafts-order = the most recently begun first
work-order = the most urgent first
events-order = the most recent first
records-order = newest first
registers-order = the first registered first
public-order = the most recently published first
ledger-order = by appropriation, the first posted first
ledger-order-of-contract = the first posted first
messages-order = newest first
annexes-order = the first added first
sessions-order = the most recent sign-in first
record-order = the latest period first
