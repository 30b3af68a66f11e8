# Documents (PDF)

document-author = Luyue
document-summary-title = Contract performance summary
document-summary-subject = Terms, deliverables, payments, breaches and performance of a service contract
document-missing-character = {"{mark}"}: the character here is {"{code}"}, which the fonts of this document do not have. The record in the system has it
document-page = Page {"{n}"} of {"{m}"}
document-header-as-of = As of { $day }
document-qr-alt = QR code for verification, which reads { $url }
document-qr-caption = Scan to verify
document-list = {", "}
document-comma = {", "}
document-semicolon = {"; "}
document-sentence = {". "}
document-colon = { $name }: { $text }
document-with-code = { $name } ({ $code })

document-number = Contract number
document-title = Contract title
document-purchaser = Purchaser (Party A)
document-contractor = Contractor (Party B)
document-funder = Finance bureau
document-contract-state = State of contract
document-period = Term
document-as-of = Data as of
document-prepared-on = Prepared on
document-from-to = { $from } to { $to }

document-state-draft = Draft
document-state-submitted = Awaiting finance review
document-state-funded = Awaiting signing
document-state-active = In force
document-state-completed = Completed
document-state-terminated = Terminated
document-state-closed = Closed
document-state-withdrawn = Withdrawn

# 1 Overview
document-overview = 1  Overview
document-overview-text = The contract is worth { $amount } yuan. As of { $day }, { $payable } yuan is payable after deductions, and { $paid } yuan of it has been paid. Penalties deducted: { $settled } yuan. Interest that the purchaser owes for paying late: { $interest } yuan.
document-overview-score = The performance score is { $score }, rated "{ $rating }".
document-overview-no-score = There is not enough data for a performance score yet.
document-share-paid = Paid
document-share-unpaid = Payable, unpaid
document-share-deducted = Deducted
document-share-rest = Not yet due
document-share-never = Never due
document-bar-alt = The contract’s money in yuan: paid { $paid }, payable and unpaid { $unpaid }, deducted { $deducted }, not yet due { $rest }, never due { $never }

# 2 Terms
document-terms = 2  Terms of the contract
document-terms-quantity = Quantity
document-terms-quality = Quality
document-terms-period = Term of service
document-terms-payment = Payment
document-terms-breach = Breach
document-quantity = { $quantity } { $unit }
document-term-item = { $name }: { $quantity } at ¥{ $price } each
document-term-at-least = { $indicator } at least { $target } ({ $deliverables })
document-term-at-most = { $indicator } at most { $target } ({ $deliverables })
document-term-no-indicator = No measured standard of quality was agreed
document-term-inspection = The purchaser decides within { $days } days of a submission
document-term-deemed = what is not decided by then counts as accepted
document-term-cure = After a deliverable is first returned, up to { $days } days of putting it right are not counted as late
document-term-deliverable = { $name }: { $quantity }, due by { $due }
document-term-total = ¥{ $amount } in { $count } { $count ->
    [one] payment
   *[other] payments
 }
document-term-milestone-fixed = { $name }: ¥{ $amount }
document-term-milestone-quantity = { $name }: paid by accepted quantity
document-term-requires = once { $deliverables } is accepted
document-term-scored = once the milestone has its score
document-term-not-before = not before { $day }
document-term-within = within { $days } days
document-term-from-acceptance = The time for payment runs from acceptance, or from the day by which the purchaser had to decide; a late inspection or score does not put payment off (State Council Decree 802, arts. 10 and 14)
document-term-from-invoice = The time for payment runs from receipt of a valid invoice, but not before acceptance or the day by which the purchaser had to decide (State Council Decree 802, arts. 10 and 14)
document-term-cap = Penalties together do not exceed { $rate } of the contract amount, unless a clause says otherwise
document-term-interest = For paying late the purchaser owes interest of { $rate } a day (State Council Decree 802, art. 17)
document-term-termination = The purchaser may terminate the contract when any of these holds: { $conditions }
document-term-when-penalty = penalties reach { $rate } of the contract amount
document-term-when-late = any deliverable is more than { $days } days late
document-term-when-breaches = { $count } breaches have not been waived
document-term-outside-cap = outside the cap on penalties

document-base-deliverable = the deliverable's value
document-base-milestone = its milestone's amount
document-base-contract = the contract amount
document-kind-late_delivery = Late submission
document-kind-non_delivery = Not submitted
document-kind-quantity_shortfall = Quantity shortfall
document-kind-quality_shortfall = Quality shortfall
document-kind-low_score = Low score
document-kind-staffing = Understaffing
document-kind-incident = Incident
document-severity-minor = minor
document-severity-major = major
document-severity-critical = critical
document-clause = { $name } ({ $severity }): { $text }
document-clause-late = { $rate } of { $base } for each day late
document-clause-late-grace = { $rate } of { $base } for each day late beyond { $grace }
document-clause-late-cap = at most { $cap } of { $base }
document-clause-none = more than { $days } days late counts as not submitted: { $rate } of { $base }
document-clause-short = what is missing is charged at { $rate } of its price
document-clause-short-tolerance = where more than { $tolerance } of the quantity is missing, all that is missing is charged at { $rate } of its price
document-clause-quality-under = { $indicator } under { $limit }: { $rate } of { $base }
document-clause-quality-over = { $indicator } over { $limit }: { $rate } of { $base }
document-clause-score = score under { $limit }: { $rate } of the milestone's gross
document-clause-highest = the highest of these applies
document-clause-staffing = at least 1 worker for every { $clients } clients, checked monthly; ¥{ $amount } for each worker missing
document-clause-incident-amount = ¥{ $amount } for each incident
document-clause-incident-rate = { $rate } of the contract amount for each incident

# 3 Deliverables
document-deliverables = 3  Deliverables and inspection
document-no-deliverables = The contract has no deliverables.
document-column-deliverable = Deliverable
document-column-planned = Agreed
document-column-accepted = Accepted
document-column-due = Due
document-column-state = State
document-column-late = Days late
document-deliverable-accepted = Accepted
document-deliverable-partial = Accepted in part
document-deliverable-submitted = Awaiting inspection
document-deliverable-cancelled = Cancelled
document-deliverable-overdue = Overdue
document-deliverable-rejected = Returned to be put right
document-deliverable-open = Not due yet

# 4 Payments
document-milestones = 4  Payments (yuan)
document-no-milestones = The contract has no milestones.
document-column-milestone = Milestone
document-column-gross = Gross
document-column-deductions = Deducted
document-column-payable = Payable
document-column-paid = Paid
document-column-pay-by = Pay by
document-column-interest = Interest
document-total = Total
document-milestone-waiting = Not yet due
document-milestone-paid = Paid
document-milestone-earned = Awaiting invoice
document-milestone-overdue = Overdue
document-milestone-due = Awaiting payment
document-milestone-never = Never due
document-trail-of = How { $payable } yuan is payable for { $name }
document-breach-steps = { $clause } ({ $subject }): { $steps }
document-termination-right = Since { $day } the purchaser has had the right to terminate the contract.

# 5 Breaches
document-breaches = 5  Breaches (yuan)
document-no-breaches = No breach as of { $day }.
document-column-clause = Breach
document-column-subject = Subject
document-column-since = Since
document-column-amount = Penalty
document-column-charged = Charged
document-column-settlement = Outcome
document-breach-waived = Waived
document-breach-accruing = Accruing
document-breach-settled = Deducted from { $name }
document-breach-open = Not settled
document-breach-totals = Penalties charged: { $charged } yuan. Deducted from payments: { $settled } yuan. Outstanding: { $outstanding } yuan.

# 6 Performance
document-performance = 6  Performance
document-column-measure = Measure
document-column-weight = Weight
document-column-score = Score
document-column-basis = Basis
document-measure-quantity = Quantity
document-measure-timeliness = Timeliness
document-measure-first_pass = Accepted first time
document-measure-quality = Quality
document-measure-compliance = Compliance
document-measure-satisfaction = Satisfaction
document-basis-quantity = Accepted, up to the agreed, as a share of the agreed quantity of what is accepted or due, weighted by unit price
document-basis-timeliness = Mean over the deliverables of 100 less { $points } for each day late
document-basis-first_pass = Share of deliverables whose first submission was accepted in full
document-basis-quality = Mean of how far each measured indicator reached its target
document-basis-compliance = 100 less, for each breach not waived: minor 2, major 5, critical 20
document-basis-satisfaction = Mean of the surveys
document-basis-score = Mean of the measures by weight
document-score = Performance score
document-rating-excellent = Excellent
document-rating-good = Good
document-rating-adequate = Adequate
document-rating-poor = Poor
document-provisional = provisional
document-provisional-note = A date marked provisional is in a year whose public holidays are not announced yet, and may still move.
document-not-measured = A measure without data does not count in the overall score.

# 7 Verification
document-verification = 7  Verification
document-verification-text = Luyue made this document from the data attached to it. The address below checks the code. If the SHA-256 of the attached file ({ $file }) is the one below, the data is unchanged.
document-verification-address = Address
document-verification-code = Code
document-verification-hash = SHA-256 of the data
document-attachment = The data from which this document was made (canonical JSON)

# Names for things of older contracts that have none
name-item = Service { $number }
name-deliverable = { $item } (by { $due })
name-milestone = Payment { $number }
name-indicator = Indicator { $number }
