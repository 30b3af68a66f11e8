# What is malformed in terms, facts or a case
malformed-json = This is not valid JSON: { $detail }
malformed-type = This value has the wrong type
malformed-missing-key = The key “{ $key }” is missing
malformed-unknown-key = This key is not known
malformed-duplicate-key = A key appears twice
malformed-money = Write money as a string, 0 or more, with at most 2 decimal places, under 10^12
malformed-quantity = Write a quantity as a string, 0 or more, with at most 4 decimal places, under 10^9
malformed-rate = Write a rate as a string, 0 to 10, with at most 10 decimal places
malformed-score = Write a score as a string, 0 to 100, with at most 10 decimal places
malformed-measured = Write a measured value as a string, 0 or more, with at most 10 decimal places, under 10^9
malformed-days = Days must be a whole number, 0 to 3650
malformed-whole = This must be a whole number, 0 or more
malformed-code = A code must have 1 to 64 characters
malformed-date = Write a date as YYYY-MM-DD, 2000 to 2099
malformed-month = Write a month as YYYY-MM, 2000 to 2099
malformed-word = Choose one of the listed values
malformed-list = A list can have at most 1,000 entries
malformed-extensions = A deliverable can have at most 10 extensions
malformed-positive-money = The amount must be more than 0
malformed-positive-quantity = The quantity must be more than 0
malformed-positive-target = The target must be more than 0
malformed-positive-whole = This must be a whole number more than 0
document-subject-missing = Name the subject of the document: the identifier of a payment request, "deliverable/number" of a submission, or "clause/subject" of a breach
document-only-of-today = The settlement sheet and the payment approval form show today only. Leave the day out, or give today's.

# What terms and facts break (docs/standing.md, Validity)
ends-before-start = The contract ends before it starts on { $starts_on }
deemed-without-inspection = If a submission can count as accepted without inspection, the time to inspect must be stated
amendment-before-start = An amendment takes effect no earlier than { $starts_on }, the start of the contract
amendment-not-after = An amendment must take effect after the previous one, which takes effect on { $latest }
amendment-moves-start = An amendment cannot move the start of the contract, { $starts_on }
code-twice = “{ $code }” appears twice
no-such-item = There is no service with the code “{ $code }”
quantity-not-sum = This is not { $sum }, the sum of the deliverables’ quantities
amount-not-sum = This is not { $sum } yuan, the sum of the deliverables’ values
no-such-deliverable = There is no deliverable with the code “{ $code }”
required-twice = The deliverable “{ $code }” already belongs to a milestone
by-quantity-of-nothing = A milestone paid by accepted quantity must have deliverables
nothing-required = A milestone without deliverables must have an earliest payment date
payment-days = The time to pay must be 1 to 60 days (State Council Decree 802, art. 9)
not-required = The deliverable “{ $code }” belongs to no milestone
milestones-not-amount = The milestones add up to { $sum } yuan, not to the contract amount of { $amount } yuan: { $left } yuan too { $side ->
    [over] much
   *[under] little
 }. A milestone without an amount counts as much as its deliverables.
no-such-indicator = No deliverable concerned has the indicator “{ $code }”
amount-or-rate = An incident must have either an amount or a rate
extension-after-due = An extension must be requested on or before { $due }, when the deliverable is due
extension-after-acceptance = The deliverable has already been accepted
acceptance-before-extension = The deliverable was extended: it can be accepted from the day after the extension was granted
after-end = The contract has ended
submission-number = The next submission of this deliverable must have number { $next }
submission-before-rejection = Submission no. { $no } still awaits its inspection on that day. You can submit again only if it is returned.
no-such-submission = There is no such submission
decided-already = This submission has already been decided
decision-before-submission = The inspection is dated before the submission
decision-after-deemed = The time to inspect had ended and the submission counted as accepted
accepted-more-than-submitted = The accepted quantity is more than was submitted
no-such-milestone = There is no milestone with the code “{ $code }”
scored-already = The milestone “{ $code }” already has a score
score-not-required = The milestone “{ $code }” does not need a score
invoiced-already = The milestone “{ $code }” already has an invoice
month-twice = The headcount of { $month } has already been recorded
month-to-come = { $month } is in the future
no-such-incident-clause = There is no incident clause with the code “{ $code }”
no-such-clause = There is no clause with the code “{ $code }”
payment-before-satisfaction = { $first ->
    [none] The milestone’s conditions for payment were not met before the day of the payment
   *[other] A payment comes after the day on which the milestone’s conditions were met: enter { $first } or a later day
}
payment-over-payable = All payments together would be more than the { $payable } yuan payable
