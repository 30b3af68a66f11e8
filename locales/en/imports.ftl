# Import and export of ledgers

import-sheet-contracts = Contracts
import-sheet-services = Services
import-sheet-deliverables = Deliverables
import-sheet-indicators = Indicators
import-sheet-milestones = Milestones
import-sheet-clauses = Clauses
import-sheet-deliveries = Submissions
import-sheet-invoices = Invoices
import-sheet-payments = Payments
import-sheet-events = Other facts
import-sheet-explained = Explanations
import-sheet-choices = Choices
import-sheet-register = Register

import-says-contracts = One row for each contract: parties, term, amount and general terms.
import-says-services = The services that each contract buys, with quantity and unit price.
import-says-deliverables = The parts in which each service is submitted, and when.
import-says-indicators = Quality indicators of deliverables; leave the sheet empty if there are none.
import-says-milestones = The payments, and the deliverables that must be accepted before each.
import-says-clauses = The breach clauses of the contract; fill in only the columns that a kind of clause uses.
import-says-deliveries = One row for each submission: its date and quantity, and the date, outcome and accepted quantity of the inspection.
import-says-invoices = The first invoice of each milestone and the date on which it was received.
import-says-payments = Payments made: the bank’s date and the voucher number.
import-says-events = Extensions, scores, headcounts, incidents, waivers, surveys, waived interest and early termination; fill in only the columns that a kind uses.

import-explained-order = Enter one thing in each row; the contract number connects the sheets. Keep the headings. Columns may be in any order, and those that you do not need may be deleted.
import-explained-required = Columns marked with * must be filled in; all others are optional.
import-explained-codes = Choose the codes yourself, such as VISIT; a code is used once in a contract. Other sheets refer to services, deliverables, milestones and clauses by code.
import-explained-lists = Separate several entries in one cell by semicolons or line breaks.
import-explained-history = Enter the dates on which things happened, not those on which they were recorded.
import-explained-whole = Try the file first. It is imported only if nothing is wrong with any row.

import-published_on = Date of the announcement
import-weight-quantity = Weight of quantity
import-weight-timeliness = Weight of timeliness
import-weight-first_pass = Weight of acceptance first time
import-weight-quality = Weight of quality
import-weight-compliance = Weight of compliance
import-weight-satisfaction = Weight of satisfaction
import-requires = Deliverables to be accepted
import-tiers = Tiers
import-no = Number of the submission
import-submitted = Quantity submitted
import-decided_on = Inspected on
import-decision = Outcome
import-accepted = Quantity accepted
import-received_on = Received on
import-invoice-number = Invoice number
import-invoice-amount = Invoice amount (yuan)
import-invoice-reason = Reason for an unusual number
import-on = Date
import-clause = Code of the clause
import-subject = Subject
import-month = Month
import-days = Additional days
import-clients = Number of clients
import-workers = Number of workers
import-score = Score
import-amount = Amount (yuan)
import-answer-yes = Yes
import-answer-no = No

import-note-state = In force if left empty. A terminated contract needs the date of its early termination on the sheet of other facts.
import-note-bureau = Enter the code of the bureau.
import-note-contractor = Enter the contractor’s unified social credit code. The contractor must be registered first.
import-note-appropriation = Enter the number of the budget document. If several appropriations of the bureau have that number, enter the identifier of the appropriation.
import-note-no = If left empty, submissions are numbered in the order of the rows.
import-note-code = 1 to 64 characters, each code once in a contract.
import-note-codes = Enter codes, separated by semicolons.
import-note-percent = Enter a percentage, such as 5% or 0.05%.
import-note-day = Such as 2026-09-30 or 30 September 2026.
import-note-month = Such as 2026-09.
import-note-tiers = Limit=penalty, such as 90=1%; 80=2%, from the mildest to the worst.
import-note-measures = Code of the indicator=measured value, such as SAT=92; COVERAGE=100.

import-deliverables = Deliverables
import-delivered = Deliverables accepted
import-payable = Payable (yuan)
import-deducted = Deducted (yuan)
import-paid = Paid (yuan)
import-overdue = Overdue amount (yuan)
import-overdue-since = Earliest due date

import-choice = Choose one of these: { $choices }
import-percent = Write it as text with a percent sign, such as 5%; without one, 5% and 0.05% look alike
import-pair = Write “{ $entry }” as name=number, and separate several by semicolons
import-sheet-unknown = This sheet is not in the template. Delete it, or give it a name from the template.
import-sheet-twice = Two sheets have this name. Put their rows into one.
import-headings = No headings were found. Use those of the template.
import-heading-unknown = The column “{ $heading }” is not in the template. Delete it, or give it a heading from the template.
import-heading-missing = The column “{ $heading }” is missing.
import-nothing = The sheet of contracts has no contract.
import-twice = Same as row { $row }
import-contract-unknown = The sheet of contracts has no contract with the number “{ $number }”
import-field-other = This kind does not use this column; leave it empty
import-facts-unsigned = A contract that is not yet in force cannot have submissions, payments or other facts
import-state-end = A terminated contract needs the date of its early termination; others must not have one
import-interest = More interest on late payment was paid and waived than the { $accrued } yuan that have accrued
import-appropriation-several = The purchaser has several approved appropriations with the document number “{ $number }”; enter the identifier of one
import-appropriation-unknown = The purchaser has no approved appropriation with the document number “{ $number }”
import-by = There is not exactly one administrator. Name the person who imports with --by.
import-by-unknown = No one has this username, or the account is disabled.

import-at-sheet = Sheet “{ $sheet }”:{" "}
import-at-row = Sheet “{ $sheet }”, row { $row }:{" "}
import-at-cell = Sheet “{ $sheet }”, row { $row }, column “{ $column }” ({ $cell }):{" "}
import-checked = { $count } contracts checked
import-written = { $count } contracts written
import-read = { $count } contracts read
import-refused = { $faults } faults; nothing was imported.
import-tried = Nothing is wrong: { $contracts } contracts, { $facts } facts ({ $rows } rows). Nothing was written, because this was a dry run.
import-done = { $contracts } contracts and { $facts } facts were imported ({ $rows } rows).

import-other-purchaser = You can import only contracts whose purchaser is your bureau
import-other-funder = A file can hold only contracts of one finance bureau. The first contract has { $code }; save the others as a file of their own

register-import-ledger = Import running contracts
register-import-ledger-says = Bring running contracts into the system from an Excel ledger, with their submissions, inspections and payments so far.
register-ledger-imports = Ledger imports
register-ledger-imports-says = An officer of the purchaser proposes a ledger. A finance approver compares it and approves it, and then all of its contracts are imported, or none if anything is wrong.
register-ledger-imports-empty = No ledger has been proposed yet. An officer of the purchaser proposes one on the page “Import running contracts”, and a finance approver approves it here.
column-ledger_file = Ledger
column-ledger_purchaser = Purchaser
column-ledger_funder = Finance bureau
column-ledger_contracts = Contracts
column-ledger_facts = Facts
column-ledger_sha256 = Digest of the file (SHA-256)
ledger-import-says = Download the template, fill it in with the true dates, and upload it to be checked. A check writes nothing and lists every problem by cell. If there are none, you propose the ledger, and it is imported once a finance approver approves it.
ledger-import-template = Download the template (xlsx)
ledger-import-template-name = Ledger of running contracts
ledger-import-file = Ledger
ledger-import-file-hint = An xlsx file of at most { $limit } MB with at most { $rows } rows on each sheet. Have an administrator import a larger one on the server.
ledger-import-no-file = Choose the ledger
ledger-import-check = Check
ledger-import-checked = Result of the check
ledger-import-faults = { $count ->
    [one] 1 problem
   *[other] { $count } problems
}
ledger-import-faults-first = { $count } problems, of which these are the first { $shown }
ledger-import-correct = Nothing was written. Correct the file and upload it again.
ledger-import-sheet = Sheet
ledger-import-row = Row
ledger-import-column = Column
ledger-import-cell = Cell
ledger-import-fault = Problem
ledger-import-again = Choose another file
ledger-import-ready = No problems found; nothing has been written yet. Once you propose the ledger, a finance approver approves it. It is checked again then, and all contracts are imported at once.
ledger-import-propose = { $count ->
    [one] Propose 1 contract to finance
   *[other] Propose { $count } contracts to finance
}
ledger-import-proposed = The ledger has been proposed. Its contracts are imported once a finance approver approves it.
ledger-import-faulty = By now the ledger has { $count } problems, so nothing was imported. The first ({ $place }): { $fault }
