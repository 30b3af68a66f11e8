# Files and forms on their way in
upload-no-form = Send a form with files (multipart/form-data).
upload-no-file = Please choose a file.
upload-nameless = A file was sent without its name.
upload-not-utf8 = The text is not UTF-8.
upload-text-too-long = The field "{ $field }" is too long.
upload-too-many-files = At most { $limit } files can be sent at once. Please send the others separately.
upload-too-large = Everything sent at once must be under { $limit } MB. Please send it in parts.
upload-quota = The files of your organisation would take more than { $quota } GB. Please ask the administrator.
upload-file-refused = File "{ $file }": { $reason }
upload-ending = File "{ $file }" is not taken here. These are: { $endings }

# Handing over and deciding
note-length = A note has at most { $limit } characters.
rejection-without-reason = To return it, say what is to be mended.
rejection-with-quantity = What is returned has no accepted quantity and no results.
acceptance-without-members = Enter at least one member of the acceptance group.
acceptance-without-quantity = Enter the accepted quantity.
acceptance-member-names = At most { $limit } members, each with a name of 1 to { $length } characters.

# Invoices
invoice-number = An invoice number has at most 64 characters on one line.
invoice-red-letter-first = A red-letter invoice takes an earlier one back, but this milestone has no invoice yet.
