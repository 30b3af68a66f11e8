# Files and forms on their way in
upload-no-form = Send a form with files (multipart/form-data)
upload-no-file = Choose a file
upload-nameless = A file was sent without its name
upload-not-utf8 = The text is not UTF-8
upload-text-too-long = The text in “{ $field }” is too long
upload-too-many-files = You can send at most { $limit } files at once. Send the others separately.
upload-too-large = Everything sent at once must be under { $limit } MB. Send it in parts.
upload-quota = Your organisation’s file storage ({ $quota } GB) is full. Ask the administrator.
upload-file-refused = File “{ $file }”: { $reason }
upload-ending = File “{ $file }” is not accepted here. These formats are: { $endings }

# Handing over and deciding
note-length = A note must be { $limit } characters or fewer
rejection-without-reason = Say what has to be put right
rejection-with-quantity = A returned submission must have no accepted quantity and no measured values
acceptance-without-members = Enter at least one person who inspected it
acceptance-without-quantity = Enter the accepted quantity
acceptance-member-names = Enter at most { $limit } names, each of 1 to { $length } characters

# Invoices
invoice-number = An invoice number must be 64 characters or fewer, on one line
invoice-red-letter-first = This milestone has no invoice yet, so it cannot have a red-letter one
