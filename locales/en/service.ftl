## Signing in and rights
sign-in-refused = The username, password or one-time code is not correct
token-missing = Sign in first: the request has no access token
token-refused = You are no longer signed in. Sign in again.
role-may-not = Your role cannot do this. Roles that can: { $roles }.
second-factor-required = Your role requires one-time codes, and you have not set them up. Until then nothing else is open. Set them up on the page /one-time-codes, or with POST /api/v1/me/totp and POST /api/v1/me/totp/confirm.
side-may-not = Your organisation cannot do this on this contract
seat-at-contractor = You have a seat at the contractor, so someone else must do this
not-the-purchaser = You can only register contracts of which your own bureau is the purchaser
self-approval = You, or someone you act for, took an earlier step. Someone else must take this one.

## In general
not-found = Not found. The address may be wrong, or you may not have access.
malformed = What was sent cannot be read. Fix the problems below and send it again.
unreadable = Cannot be read: { $reason }
changed = It was changed after you read it. Read it again before you save.
version-required = Name the version that you change in If-Match
refused = This was not done, for these reasons
too-many = Too many attempts. Try again in { $seconds } seconds.
unavailable = The system cannot do this at the moment. Nothing was changed. Try again later.
internal = The system failed. Nothing was changed. Tell the administrator.
lost-race = Someone else was working on the same thing. Reload it and try again.
idempotency-key-reused = This Idempotency-Key was used for another request. Use a new one.
idempotency-key-length = An Idempotency-Key must have 1 to 128 characters
wrong-state = The contract is { $state ->
    [draft] a draft
    [submitted] awaiting finance review
    [funded] awaiting signing
    [active] in force
    [completed] completed
    [terminated] terminated
    [closed] closed
    [withdrawn] withdrawn
   *[other] { $state }
}, so this cannot be done now
submit-with-change = Changes to this contract were entered and not yet saved to the draft contract. What is sent is still as it was before them: save them to the draft contract or discard them first
submit-change-see = See the changes that are not saved
reason-missing = Enter a reason
line-length = Enter 1 to 200 characters on one line, without tabs

## Registering
number-taken = This contract number is already used by contract { $number } of { $bureau }. Check it or choose another.
unknown-purchaser = There is no such purchaser, or it has no region
unknown-funder = There is no such finance bureau
unknown-contractor = There is no such contractor. Check the credit code, or ask the administrator to register it.
unknown-appropriation = There is no such appropriation

## Days of facts
day-in-the-future = The date must not be after today ({ $today })
day-before-contract = The date must not be before both the signing and the first day of the service ({ $first })
day-before-service = The service begins on { $first }, so nothing of it can be recorded for an earlier date
month-before-service = The service begins in { $first }, so there is no headcount for an earlier month
effects-unseen = Nothing has been recorded yet. Check the changes below, then send it again.
repeated-survey = The same survey is already recorded (record { $seq }, { $on }). See the earlier record; if this is a second one, record another.
repeated-incident = An incident with this number was proposed on { $on } and awaits a decision. There is no need to propose it again.
repeated-incident-number = An incident with the same clause, day and description was recorded or proposed under the number “{ $id }”. See the earlier one; if this is another incident, record another.
submission-opened = The purchaser opened this submission on { $on }, so it can no longer be withdrawn. If something is wrong with it, send a message: the officer can return it.
recall-opened = { $who } opened it on { $at }, so it can no longer be recalled. To change it, ask for its return.
recall-by-other = Only the person who submitted it can recall it
submission-settled = This submission no longer awaits inspection, so it cannot be withdrawn
incident-recorded-already = The same incident is already recorded (record { $seq }, { $on })
repeated-headcount = The same headcount is already recorded (record { $seq }, { $on })
repeated-extension = An extension for this deliverable was requested on { $on } and awaits a decision. Wait for it or, if even more days are needed, record another.
repeated-message = You sent the same message a few minutes ago. See the earlier one; to send it once more, record another.
repeated-score = The same score is already recorded (record { $seq }, { $on })
repeated-submission = You have already submitted this on { $on } (submission no. { $no }). It is waiting for inspection.
repeated-waiver = A waiver of this breach was requested on { $on } and awaits a decision. There is no need to request it again.
repeated-reversal = The reversal of this record was requested on { $on } and awaits a decision. There is no need to request it again.
waived-already = This breach is already waived (record { $seq }, { $on }). If the date is wrong, request the reversal of that record first.
repeated-payment = The same payment has been requested already ({ $on }) and is not paid yet. If this is a second one of the same amount, record another.
repeated-interest-waiver = The same amount was waived on { $on } (record { $seq }). If it is to be waived once more, record another.
nothing-to-reverse = There is no such record, or it has already been reversed
amendment-undone = With this record the amendment in force since { $effective_on } would never have come into force. Record it on a later day, or agree on a further amendment.
amendment-effective-past = An amendment cannot take effect before today, { $today }. Withdraw it and propose it again with a later day.
amendment-unfit = What has been recorded on or after its first day does not fit the new terms. Choose a later day, or keep in the new terms what was recorded about.
amendment-settled-deliverable = Deliverable “{ $deliverable }” will have been accepted by then: the new terms must keep it, under the same service, with no larger quantity. Add another deliverable for anything more.
amendment-settled-milestone = The conditions of milestone “{ $milestone }” will have been met by then: its amount and its deliverables cannot change. Change other milestones, or add one.
amendment-settled-required = The conditions of milestone “{ $milestone }” will have been met by then: quantity, price, due date and indicators of its deliverable “{ $deliverable }” cannot change
supplement-over-tenth = All supplements together may not exceed the limit by the original amount (Government Procurement Law, art. 49). Limit { $limit } yuan, used { $used } yuan, left { $left } yuan; this one adds { $increase } yuan.
amendment-changes-nothing = These are the terms in force: nothing changes
amendment-ground-supplement = The amount does not grow, so this is not a supplement. Choose another ground.
amendment-ground-growth = The amount grows: the ground must be a supplement
amendment-ground-reduction = The amount does not fall, so this is not a reduction. Choose another ground.
amendment-ground-amount = The amount falls: the ground must be a reduction, the public interest or force majeure
amendment-ground-schedule = No date, deliverable or milestone changes. Choose another ground.
amendment-ground-clauses = No clause, rate or scoring rule changes. Choose another ground.
amendment-ground-parties = The terms change, not only an account or a person. Choose another ground.
amendment-repeated = An amendment with the same content is already under way
amendment-outdated = The terms have changed since this amendment was proposed. Withdraw it and propose it again from the terms in force.
amendment-wrong-state = The state of the amendment does not allow this: { $state ->
    [proposed] it waits for the contractor’s consent
    [consented] it waits for the leader’s approval
    [approved] it waits for finance to commit the budget
    [agreed] it has been agreed
    [withdrawn] it has been withdrawn
   *[refused] it has been refused
 }
objection-text-missing = Enter the facts and grounds
objection-subject-unknown = The contract has no such breach, decision, score or deduction. Object from its entry on the contract’s page.
objection-breach-waived = This breach was waived and nothing is deducted for it: there is no need to object
objection-repeated = An objection to this was raised on { $on } and awaits an answer. Object again only after the answer.
objection-answered = This objection has already been { $state ->
    [upheld] upheld
   *[rejected] rejected
 }
objection-of-leader = The purchaser’s leader answers this objection. Finance answers only objections to what the leader decided: scores and granted incidents.
change-request-not-endorsed = The contractor made this request. The officer has to endorse it first.
change-request-endorsed = This request awaits the leader’s decision. The officer can no longer endorse or refuse it.
change-request-at-finance = Finance made this request or this payment, and the finance approver decides on it
change-request-at-leader = The purchaser made this request, and its leader decides on it
message-text-missing = Enter the text of the message
message-about-unknown = The contract has no such deliverable, milestone or payment request
publication-current = { $state ->
    [published] The contract is public already. Withdraw that publication before you propose another.
   *[proposed] Publication has been proposed already and awaits the leader
 }
publication-notice-address = Enter the address of the notice: it begins with https:// and a website’s name, has no username and no port, and at most 500 characters
publication-review-missing = Enter the outcome of the secrecy review
publication-announced-on = The announcement is recorded for { $day }. The notice must be of that day.
publication-state-is = { $state ->
    [proposed] This publication still awaits the leader
    [published] This publication is in effect already
    [refused] This publication was refused
   *[withdrawn] This publication was withdrawn
 }
would-have-changed = A payment was already approved or paid, so this cannot change: it was { $old } and would be { $new }

## Money and signing
appropriation-missing = The contract names no appropriation, so its budget cannot be committed (State Council Decree 802, art. 8: nothing is bought without a budget). Choose one in the contract; if finance has it already, return it to the officer first.
appropriation-not-approved = The appropriation has not been approved yet
appropriation-of-another = The appropriation does not belong to this purchaser
appropriation-known = The bureau already has an appropriation with this document number and project: { $document }, { $project }, year { $year }, { $amount } yuan
appropriation-lapsed = The appropriation of { $year } has lapsed. It can be used once it has been carried over to the next year by a document
appropriation-lapses-before = Milestone “{ $milestone }” is expected to be paid by { $on }. By then the appropriation of { $year } has lapsed and must have been carried over
appropriation-carried-over = The appropriation of { $year } was carried over by “{ $document }”. Choose the new appropriation in the contract
budget-exceeded = The contract amount of { $amount } yuan is more than the { $free } yuan that is free (State Council Decree 802, art. 8; Budget Law, art. 13)
approval-rule-approvers = Choose 1 to { $most } approvers
approval-rule-day = The start date must be after today
chain-order = Steps must come in the order confirm, review, approve, pay, each once; another role can approve again
chain-role = This role cannot take this step
chain-amount = The first approval and the payment are needed for every amount
chain-subject = This step belongs to another kind of chain
chain-of-purchaser = A purchaser has chains for its own contracts only; those on payment requests are set by finance
chain-people = 1 to { $most } people can countersign; one person takes any other step
contract-in-chain = The contract is still at the { $step ->
    [lead] approval by the leader in charge
    [legality] review of its legality
    [chief] approval by the chief leader
   *[countersign] countersignature
}, to be taken by: { $role ->
    [officer] officer
    [leader] leader
   *[accountant] accountant of the purchaser
}
sign-off-not-waiting = Nothing of this contract waits to be signed off
chain-lacks = The chain lacks { $step ->
    [approve] the approval
   *[pay] the payment
}
loan-rate-places = Enter a rate a year from 0.01% to 24%, with at most two places
suspension-no-contract = There is no contract of your bureau with this number
suspension-known = The contract is suspended already
suspension-missing = The contract is not suspended, so there is nothing to resume
suspension-day = It cannot be before { $last }, the day of the last one
yearly-share-no-contract = There is no contract with this number that you can fund
yearly-share-not-later = The contract’s first appropriation is of { $own }. Choose one of a later year: this one is of { $year }
yearly-share-known = The contract already has an appropriation for { $year }
yearly-share-nothing-due = By its terms, nothing of the contract falls due in { $year } or later
yearly-share-exceeded = { $amount } yuan fall due in { $year }, more than the { $free } yuan that are free in the appropriation (State Council Decree 802, art. 8; Budget Law, art. 13)
approval-rule-known = This rule is in force already
purchase-plan-known = There is already a purchase plan with this number
purchase-plan-none-reserved = Nothing is reserved for this purchase plan any more
budget-change-exceeds = { $amount } yuan is more than the { $free } yuan that is free in the appropriation (State Council Decree 802, art. 8; Budget Law, art. 13)
budget-change-lapsed = The appropriation of { $year } has lapsed. It can only be carried over
carry-over-early = The year { $year } has not ended. An appropriation is carried over once its year has ended
carry-over-whole = Leave this empty. A carry-over moves all that is free or not yet paid
carry-over-nothing = Nothing of this appropriation is free or still to be paid, so there is nothing to carry over
carry-over-incomplete = The ledger of one of the contracts is not complete yet. Try again later
budget-change-same = The money would stay in the same appropriation. Choose another one
budget-change-years = Adjustments and transfers stay within one budget year
budget-change-within = An adjustment stays within one bureau. To give money to another bureau, choose a transfer
budget-change-between = A transfer is between two bureaus. Within one bureau, choose an adjustment
budget-change-too-large = The appropriation would exceed the largest amount that can be entered
signing-day-missing = Enter the date of signing
signed-before-award = The date of signing must not be before the award notice
published-already = The contract has already been announced
published-before-signing = The announcement must not be before the signing, or before the day on which the amendment came into force (Regulation on the Government Procurement Law, art. 50)

## What the law asks
five-terms-quantity = Quantity is missing: enter services and deliverables (notice Xuansi [2017] 43, part 5; Government Procurement Law, art. 44)
five-terms-quality = Quality is missing: enter at least one indicator or standard (notice Xuansi [2017] 43, part 5; Government Procurement Law, art. 44)
five-terms-payment = Payment is missing: enter the milestones (notice Xuansi [2017] 43, part 5; Government Procurement Law, art. 44)
five-terms-breach = Liability for breach is missing: enter at least one clause (notice Xuansi [2017] 43, part 5; Government Procurement Law, art. 44)
inspection-period-missing = Where payment depends on acceptance, the contract must state the time to inspect (State Council Decree 802, art. 10)
interest-under-lpr = Interest on late payment must not be under the 1-year loan prime rate at signing, { $lpr }% a year (State Council Decree 802, art. 17)
value-percent = Indicator “{ $indicator }” is a percentage: enter 0 to 100, not { $value }
value-points = Indicator “{ $indicator }” is in points: enter 0 to 100, not { $value }
value-ratio = Indicator “{ $indicator }” is a ratio: enter 0 to 1, not { $value }
value-count = Indicator “{ $indicator }” is a count: enter a whole number, not { $value }
tier-limit-falls = The limit of tier { $row } must be under that of the tier before it ({ $before }): list the tiers from the mildest breach to the worst
tier-limit-rises = The limit of tier { $row } must be over that of the tier before it ({ $before }): list the tiers from the mildest breach to the worst
tier-rate-rises = The penalty of tier { $row } must be over that of the tier before it ({ $before }%); otherwise the tier never applies
due-before-start = Deliverable “{ $name }” is due on { $due_on }, before the service begins on { $starts_on }
share-over-whole = This percentage cannot be over 100%, and you entered { $value }%
standard-without-result = The inspection must cover every standard: indicator “{ $indicator }” has no result (Regulation on the Government Procurement Law, art. 45)

## Completion, termination, settlement
milestone-not-paid = { $open } yuan of this milestone has not been paid yet, and must be paid first
milestone-not-reached = The conditions for payment of this milestone ({ $gross } yuan) are not met yet; they must be met and the milestone paid first
termination-asked-already = Early termination has already been proposed and awaits consent from finance
no-termination-asked = No early termination is awaiting consent
open-records = { $number ->
    [one] { $number } service record awaits
   *[other] { $number } service records await
} { $station }; the station confirms or refuses them, or the contractor withdraws them
open-inspection = A submission of “{ $name }” awaits inspection; decide on it
open-payable = { $amount } yuan of “{ $name }” is payable and not paid; pay it
open-interest = { $amount } yuan of interest on late payment of “{ $name }” is neither paid nor waived; the contractor requests or waives it
open-payment = A payment request for “{ $name }” ({ $amount } yuan) is in progress; pay or return it
open-interest-payment = A payment request for interest on “{ $name }” ({ $amount } yuan) is in progress; pay or return it
open-change-request = { $kind ->
    [extension] A request for an extension
    [waiver] A request for a waiver
    [termination] A proposal to terminate early
    [incident] A proposal of an incident
   *[reversal] A request to reverse a record
 } made on { $on } awaits a decision; decide on it
open-amendment = An amendment from { $on } on awaits a decision; agree on it, refuse or withdraw it
open-objection = An objection raised on { $on } awaits an answer; answer it
unknown-filter = This filter, limit or cursor is not known
file-too-many-rows = The list has more than { $most } rows and cannot be downloaded in one file. Narrow the filters and download it in parts.
