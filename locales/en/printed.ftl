# Forms (PDF): settlement sheet, payment approval form, acceptance record, breach notice with receipt, arrears

document-settlement-title = Contract settlement sheet
document-settlement-subject = Figures, milestones and open items of the settlement of a service contract
document-payment-title = Payment approval form
document-payment-subject = Grounds, money and approval of a payment request under a service contract
document-acceptance-title = Acceptance record
document-acceptance-subject = Standards, results and outcome of an inspection under a service contract
document-breach-title = Notice of breach
document-breach-subject = Facts, clause, penalty and way to object of a breach of a service contract
document-arrears-title = Arrears to small and medium enterprises
document-arrears-subject = Contracts and amounts overdue to small and medium enterprises at the end of a year

# All forms
document-form-verification = Verification
document-in-words = { $amount } yuan
document-amount-in-words = Amount (repeated)
document-seal-of = { $party }: seal
document-seal-handler = Handled by (signature):
document-seal-head = Head of the organisation (signature):
document-seal-day = Date:
document-agreed = Agreed
document-by-voucher = Voucher { $voucher }
document-column-no = No.
document-column-figure = Figure
document-column-yuan = Yuan
document-column-kind = Kind
document-column-open = Open item, and how to settle it
document-column-decided = Decided on
document-column-invoice = Invoice
document-column-received = Received on
document-column-step = Step
document-column-by = Taken by
document-column-opinion = Opinion
document-column-time = Time
document-column-sign = Signature
document-column-standard = Standard
document-column-agreed = Agreed
document-column-actual = Found
document-column-conclusion = Result
document-column-member = Name
document-column-post = Organisation and post
document-column-vote = Vote
document-column-signature = Signature
document-column-parties = Purchaser and contractor

# The settlement sheet
document-settlement-figures = 1  Figures
document-settlement-milestones = 2  Milestones (yuan)
document-settlement-open = 3  Open items
document-settlement-consent = 4  Consent of the parties
document-settlement-net = { $name }: { $amount } yuan.
document-settlement-even = After netting, neither party owes the other anything.
document-settlement-consent-says = The parties have checked these figures and agree to them. The contract is closed once no item is open.

# The payment approval form
document-payment-request = 1  Request
document-payment-deliverables = 2  Deliverables and inspection
document-payment-payable = 3  Payable amount (yuan)
document-payment-invoices = 4  Invoices
document-payment-account = 5  Payee account
document-payment-money = 6  Contract and appropriation (yuan)
document-payment-steps = 7  Approval
document-payment-seals = 8  Seals
document-payment-no-deliverables = Under the contract, this milestone does not depend on a deliverable.
document-payment-no-invoices = No invoice of this milestone has been received yet.
document-payment-account-hidden = Only the parties of the contract see the payee account.
document-paid-on = Payment date
document-voucher = Voucher number
document-account-name = Account holder
document-account-bank = Bank
document-account-number = Account number
document-contract-amount = Contract amount
document-budget-amount = Amount of the appropriation
document-budget-committed = Committed to this contract
document-budget-paid = Paid from the appropriation
document-budget-free = Available in the appropriation

# The acceptance record
document-acceptance-object = 1  Submission
document-acceptance-standards = 2  Standards and results
document-acceptance-outcome = 3  Outcome
document-acceptance-members = 4  Inspection group
document-acceptance-seals = 5  Seals of the parties
document-acceptance-no-members = No members of an inspection group were recorded.
document-service = Service
document-submission-no = Submission number
document-standard-quantity = Quantity
document-standard-due = Due date
document-standard-service = Standard of the service
document-standard-evidence = Evidence to submit
document-standard-met = Met
document-standard-missed = Not met
document-standard-short = Short by { $quantity }
document-standard-on-time = On time
document-standard-late = Days late: { $days }
document-standard-tick = □ met   □ not met
document-target-at_least = at least { $target }
document-target-at_most = at most { $target }
document-decided-on = Date of inspection

# The breach notice and the receipt of its service
document-breach-facts = 1  Facts
document-breach-clause = 2  Clause of the contract
document-breach-penalty = 3  Penalty
document-breach-objection = 4  Right to object
document-breach-seal = 5  Issued by
document-breach-to = To { $contractor }:
document-breach-says = In performing "{ $title }" (contract number { $number }), the following breach arose. Under the contract you are notified as follows:
document-breach-note = Recorded note
document-breach-sum = As of { $day }, the penalty computed under this clause is { $amount } yuan. After the contract's cap on penalties, { $charged } yuan is charged.
document-breach-is-waived = The breach has been waived. No penalty is charged.
document-breach-is-settled = The penalty has been deducted from the payable amount of "{ $name }".
document-breach-is-accruing = The breach continues and the penalty grows daily until it is settled. Please put it right at once.
document-breach-is-open = The penalty will be deducted from later payable amounts. What deductions cannot bear will be recovered.
document-breach-is-to-recover = The contract has ended and no payment bore the penalty. It will be recovered.
document-breach-objection-says = If you disagree with the facts, the grounds or the amount, you may object before the contract is completed: sign in to Luyue, open this contract's page and raise an objection to the breach, with facts and grounds and any files as proof. We answer in writing within { $days } working days of receiving it. The people who decided before take no part in the answer.
document-receipt-title = Receipt of service
document-receipt-notice = Notice of breach ({ $clause }), verification code { $code }
document-receipt-document = Document served
document-receipt-sender = Served by
document-receipt-recipient = Served on
document-receipt-manner = Manner of service
document-receipt-manners = □ in person   □ by post   □ electronically   □ left at the premises   □ other
document-receipt-place = Place of service
document-receipt-signed = Received (signature and seal)
document-receipt-day = Date of receipt
document-receipt-substitute = Received by another person, and reason
document-receipt-servers = Served by (two signatures)
document-receipt-remarks = Remarks
document-receipt-note = If receipt is refused, those who serve the notice state this under the remarks. The issuing organisation keeps this receipt.

# Arrears
document-arrears-rows = 1  Arrears (yuan)
document-arrears-seal = 2  Reporting organisation
document-arrears-reporter = Reporting organisation
document-arrears-all = All purchasers
document-arrears-publish-by = To be published by
document-arrears-count = Number of contracts
document-arrears-says = Amounts that were due to small and medium enterprises and not paid at the end of { $year }, published under State Council Decree 802, art. 18.
document-arrears-none = Nothing was overdue at the end of the year.
