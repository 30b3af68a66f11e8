# Files and forms on their way in
upload-no-form = Send a form with files (multipart/form-data)
upload-no-file = Choose a file
upload-nameless = A file was sent without its name
upload-not-utf8 = The text is not UTF-8
upload-text-too-long = The text in “{ $field }” is too long
upload-too-many-files = You can send at most { $limit } files at once. Send the others separately.
upload-too-many-parts = The form has too many parts: at most { $limit } are read
upload-too-large = Everything sent at once must be under { $limit } MB. Send it in parts.
upload-quota = Your organisation’s file storage ({ $quota } GB) is full. Ask the administrator.
upload-file-refused = File “{ $file }”: { $reason }
upload-ending = File “{ $file }” is not accepted here. These formats are: { $endings }
upload-kept-gone = A file that was kept with this form has expired. Choose it again.

# Handing over and deciding
note-length = A note must be { $limit } characters or fewer
submission-without-evidence = The contract asks for evidence: { $evidence }. Attach it, or give the reason in the note.
submission-no-file = No file is attached; the contract asks for: { $evidence }. Confirm to submit all the same
submission-date = A submission counts from the day on which it is received ({ $today }); leave the date out
submission-without-files = Attach evidence of what was done, or give the reason in the note
score-as-share = { $score } points of 100? For { $percent }%, enter { $percent }. Correct it, or confirm that it is right.
measured-as-share = “{ $indicator }” measured at { $value }? For { $percent }%, enter { $percent }. Correct it, or confirm that it is right.
quantity-over-agreed = { $quantity } of { $agreed }? The agreed quantity is { $agreed }. Correct it, or confirm that it is right.
rejection-without-reason = Say what has to be put right
rejection-with-quantity = A returned submission must have no accepted quantity and no measured values
acceptance-without-members = Enter at least one person who inspected it
acceptance-without-quantity = Enter the accepted quantity
acceptance-member-names = Enter at most { $limit } names, each of 1 to { $length } characters
standard-without-finding = The inspection group has to give a result for this standard
standard-missed-without-note = Say what was missed
standard-not-agreed = The contract does not state this standard
inspection-chair-outside = Choose the chair, who is a member of the inspection group and votes
inspection-too-many = An inspection group has at most { $limit } members
inspection-member-twice = This person is in the inspection group already
inspection-member-unknown = Members of an inspection group hold a role of the purchaser
inspection-member-of-contractor = A person of the contractor cannot be a member of the inspection group
inspection-dissent-without-reason = Give the reason of a vote that differs from the decision
inspection-majority-against = { $against } of { $members } members voted for less. Say in the note why the decision is made all the same
decision-batch-lines = Choose 1 to { $most } submissions
decision-batch-twice = Each submission can be listed only once

# Invoices
invoice-number = An invoice number must be 1 to 64 characters, on one line
invoice-red-letter-first = This milestone has no invoice yet, so it cannot have a red-letter one
invoice-known = Invoice { $number } was already submitted: contract { $contract }, milestone { $milestone }, invoice { $no } of that milestone. If that one is wrong, have it reversed first.
invoice-known-elsewhere = Invoice { $number } was already submitted, on a contract that you cannot see
invoice-number-shape = The number { $number } has { $count } characters. A Chinese invoice has 20 digits, or a code of 10 or 12 digits followed by a number of 8. Correct it, or say why it is different.
invoice-number-more = The number { $number } has more than the digits of an invoice number. Enter the 20 digits alone, or the code of 10 or 12 digits followed by the number of 8.
invoice-red-without-blue = Say which invoice this red-letter invoice cancels
invoice-blue-quotes = Only a red-letter invoice cancels another. Leave this empty, or enter a negative amount.
invoice-red-unknown-blue = This milestone has no invoice { $number } that could be cancelled
invoice-red-too-large = Invoice { $number } is of { $amount } yuan, and { $left } yuan of it is left to cancel. A red-letter invoice must not be larger.
invoice-amount-zero = The amount must not be 0; that of a red-letter invoice is negative
invoice-over-contract = The invoice is of { $amount } yuan, more than the whole contract ({ $limit } yuan). Please check it.
invoice-red-too-early = A red-letter invoice must not be dated before invoice { $number }, which is of { $day }
