# Service records

records-title = Service records
records-says = What was done, row by row. The township’s justice station confirms each record; confirmed ones cannot change. They are counted beside the submitted quantity and change no amount.
records-none = No service records match.
records-none-yet = There are no service records yet.
records-none-wait = The contractor enters them, and the justice station confirms them.
records-month = Month
records-extent = People and time
records-all = All records shown that can still be decided on
records-import = Enter a table
records-import-says = Fill in the template, or paste rows from a spreadsheet. All rows are entered or none: if a cell is wrong, the faults are listed with their rows and columns. More may be listed once these are corrected.
records-template = Download the template (xlsx)
records-file = Filled-in template
records-file-hint = xlsx or csv, up to { $limit } MB and 10,000 rows
records-rows = Or paste rows here
records-rows-hint = Copy the rows in the spreadsheet and paste them, with the row of headings or in this order: { $columns }
records-enter = Enter the records
records-reason-hint = Required to refuse. The contractor sees it.
records-do-confirm = Confirm
records-do-refuse = Refuse
records-do-withdraw = Withdraw
records-done-enter = The records have been entered and await the justice station.
records-entered = { $number ->
        [one] 1 service record was entered and waits
       *[other] { $number } service records were entered and wait
    } for the justice station to confirm.
records-choose-one = Choose one: upload a file or paste rows
records-next = Record another
records-see = See the service records
records-done-confirm = The records have been confirmed.
records-done-refuse = The records have been refused, and the contractor is told why.
records-done-withdraw = The records have been withdrawn.
record-on = Date
record-service = Service
record-deliverable = Deliverable
record-place = Place
record-worker = Worker
record-subject = Code of the client
record-group_size = Group size
record-minutes = Minutes
record-note = Note
record-says-on = Day of the service, such as 2026-09-30. Not in the future, and not before the service begins.
record-says-service = One of the contract’s services.
record-says-deliverable = May be empty: the record then counts for the deliverable in whose period its day is.
record-says-place = Include the name of the township, whose justice station confirms the record.
record-says-worker = Name of the person who rendered the service. No identity or phone numbers.
record-says-subject = The code that stands for the client, with letters, digits and hyphens, such as XZ-017. Never a name or an identity number. May be empty for a group.
record-says-group_size = Number of people served together, 1 to 500. 1 if empty.
record-says-minutes = Whole minutes, 1 to 1,440.
record-says-note = Up to 200 characters, without personal data.
record-by-period = By the date of the service
record-sheet = Service records
record-choices = Choices
record-cell-refused = Please check
record-extent = People: { $people }, { $minutes } min
record-state-waiting = Awaiting confirmation
record-state-confirmed = Confirmed
record-state-refused = Refused
record-state-withdrawn = Withdrawn
record-totals = { $from } to { $until }: { $confirmed } confirmed, { $people } people served, { $minutes } minutes; { $waiting } awaiting confirmation{ $off ->
    [0] {""}
   *[other] . Workers who do not fit the roster: { $off } records
 }
record-beside = Service records of the period

# Faults of rows
record-cell = Row { $row }, { $column }: { $reason }
record-none = There is no row to enter. Fill in at least one row below the headings.
record-headings = The table has no row of headings. Use the template, or name the columns as the template does.
table-headings-unknown = These headings name no column: { $names }. Use the names that the page lists, or remove the columns.
record-too-many = At most { $most } rows can be entered at once. Split the table.
record-no-station = No justice station in the purchaser’s region is registered, so no one can confirm records. Ask the administrator to add the station.
record-bounds = Enter a whole number from { $least } to { $most }
record-subject-code = Enter the client’s code: letters, digits and hyphens with at least one digit, such as XZ-017. It may be empty for a group only.
record-personal-data = This looks like { $kind ->
    [identity] an identity number
    [mobile] a mobile number
   *[card] a bank card number
 }. Leave it out: records name clients by their codes only.
record-service-unknown = The contract has no such service; enter one of these: { $services }
record-deliverable-unknown = The contract has no such deliverable; enter the name of one of its deliverables, or leave it empty.
record-deliverable-other = This deliverable belongs to another service: { $service }
record-township = Add the township to the place, so that its justice station can confirm the record. Townships with a station: { $townships }
record-repeated-row = The same as row { $row }: date, service, worker, client and minutes
record-repeated = The same record was entered on { $at } ({ $state ->
    [confirmed] confirmed
   *[waiting] awaiting confirmation
 }): date, service, worker, client and minutes. Look for it in the list of service records.
records-repeated = These service records ({ $number }) were entered on { $at } ({ $state ->
    [confirmed] confirmed
   *[waiting] awaiting confirmation
 }); see the ones that are there.
record-choose = Choose between 1 and { $most } records
record-decided = A record that you chose has already been decided on: { $state ->
    [confirmed] confirmed
    [refused] refused
   *[withdrawn] withdrawn
 }. Nothing was changed.
record-of-station = Only the justice station of the record’s township decides on it
