## Signing in and rights
sign-in-refused = The user name, password or one-time code is not right.
token-missing = Sign in first: the request carries no access token.
token-refused = Your sign-in no longer holds. Please sign in again.
role-may-not = Your role may not do this. Roles that may: { $roles }.
side-may-not = Your organisation may not do this on this contract.
not-the-purchaser = You can register only contracts that your own bureau buys.
self-approval = You, or somebody you stand in for, took an earlier step. Somebody else must take this one.

## In general
not-found = Not found. The address may be wrong, or you may not see it.
malformed = What was sent cannot be read. Please mend the places below and send it again.
unreadable = Cannot be read: { $reason }
changed = It was changed after you read it. Please read it again before you save.
version-required = Please name in If-Match the version that you change.
refused = Not done, for these reasons.
too-many = Too many tries. Please try again in { $seconds } seconds.
unavailable = The system cannot do this just now; nothing was changed. Please try again later.
internal = The system failed; nothing was changed. Please tell the administrator.
lost-race = Somebody else was doing the same. Please read it again and retry.
idempotency-key-reused = This Idempotency-Key was used for another request. Please take a new one.
idempotency-key-length = An Idempotency-Key has 1 to 128 characters.
wrong-state = The contract is { $state ->
    [draft] a draft
    [submitted] awaiting finance review
    [funded] awaiting activation
    [active] in performance
    [completed] completed
    [terminated] terminated
    [closed] closed
    [withdrawn] withdrawn
   *[other] { $state }
}; this cannot be done now.
reason-missing = Please give a reason.
line-length = Please enter 1 to 200 characters on one line.

## Registering
number-taken = This contract number is taken. Please check it or choose another.
unknown-purchaser = There is no such purchaser, or it has no region.
unknown-funder = There is no such finance bureau.
unknown-contractor = There is no such contractor. Please check the credit code, or ask the administrator to register it.
unknown-appropriation = There is no such appropriation.

## Days of facts
day-in-the-future = The day cannot be after today ({ $today }).
day-before-contract = The day cannot be before the contract began ({ $first }).
nothing-to-reverse = There is no such record, or it was reversed already.
would-have-changed = A payment was approved or paid on this, so it cannot change: it was { $old }, it would be { $new }.

## Money and signing
appropriation-missing = The contract names no appropriation, so it cannot be funded (decree 802, art. 8: nothing is bought without a budget). Return it to the officer.
appropriation-not-approved = The appropriation is not approved yet; it can be used once it is.
appropriation-of-another = The appropriation is not this purchaser's.
budget-exceeded = The contract's { $amount } yuan exceed the { $free } yuan that are free (decree 802, art. 8; Budget Law, art. 13).
signing-day-missing = Please give the day of signing.
signed-before-award = The day of signing cannot be before the award notice.
published-already = The contract has been announced.
published-before-signing = The announcement cannot be before the signing (Implementing Regulation, art. 50).

## What the law asks
five-terms-quantity = Quantity is missing: please enter services and deliverables (notice 2017 No. 43, part 5; Government Procurement Law, art. 44).
five-terms-quality = Quality is missing: please enter at least one indicator or standard (notice 2017 No. 43, part 5; Government Procurement Law, art. 44).
five-terms-payment = Payment is missing: please enter the payment milestones (notice 2017 No. 43, part 5; Government Procurement Law, art. 44).
five-terms-breach = Liability for breach is missing: please enter at least one clause (notice 2017 No. 43, part 5; Government Procurement Law, art. 44).
inspection-period-missing = Where payment waits for acceptance, the contract must state the inspection period (decree 802, art. 10).
interest-under-lpr = Interest on late payment must not be under the 1-year loan prime rate at signing, { $lpr }% a year (decree 802, art. 17).
standard-without-result = The acceptance must cover every standard: indicator “{ $indicator }” has no result (Implementing Regulation, art. 45).

## Completion, termination, settlement
milestone-not-paid = This milestone is not paid in full.
termination-asked-already = A termination was asked for and waits for finance's consent.
no-termination-asked = No termination waits for consent.
something-is-open = A payment or a request is still on its way; it must be finished first.
unknown-filter = This filter, limit or cursor is not understood.
