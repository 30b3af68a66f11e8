## Reports
nav-reports = Reports
report-year = Year
report-show = Show
report-all = Show all bureaus
report-empty = Nothing matches
report-of-year = { $name }, { $year }
report-total = Total
report-execution = Budget execution
report-execution-says = Appropriations of each bureau and budget line, the part committed to contracts, and the payments of each month. A payment counts on the bank’s date, against the appropriation that funds its contract. Late interest is not included.
report-forecast = Cash forecast
report-forecast-says = Payments expected in the next twelve months. What is already due is listed by its last day for payment. Everything else follows from the agreed due dates, time to inspect and time for payment. Penalties that are not settled yet are not deducted. With a year, the forecast begins in January of that year.
report-ageing = Ageing of unpaid amounts
report-ageing-says = Amounts that are payable today and not paid, by the number of days they are overdue.
report-payment-time = Payment time
report-payment-time-says = Days from meeting the conditions for payment to the bank’s payment, for each payment of the year (decree 802, art. 9: 30 days, or up to 60 if the contract says so).
report-arrears = Arrears to small and medium enterprises
report-arrears-says = Contracts with amounts that were overdue at the end of the year, to be published by 31 March of the next year (decree 802, art. 18). Without a year, the last one is shown.

## Columns of reports
report-bureau = Purchaser
report-line = Budget line
report-appropriated = Appropriated
report-committed = Committed
report-free = Free
report-paid = Paid
report-paid-percent = Paid (%)
report-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
    [12] December
   *[other] { $month }
}
report-other-years = Paid in other years
report-months = Month
report-earlier = Before that
report-due = Due
report-awaited = Awaiting deliverable, inspection or invoice
report-count = Milestones
report-not-overdue = Not overdue
report-days-1-30 = 1–30 days overdue
report-days-31-60 = 31–60 days overdue
report-days-61-90 = 61–90 days overdue
report-days-over-90 = Over 90 days overdue
report-overdue = Overdue
report-oldest = Earliest due date
report-payments = Payments
report-amount = Amount paid
report-mean-days = Mean days
report-within-30 = Within 30 days
report-from-31-to-60 = 31–60 days
report-over-60 = Over 60 days
report-number = Contract number
report-contract = Contract
report-contractor = Contractor
report-due-on = Earliest due date
report-days-overdue = Days overdue at year end
report-paid-since = Paid since
report-unpaid = Still unpaid

## Downloads
download-csv = Download CSV
download-xlsx = Download Excel
download-starts = First day
download-ends = Last day
download-paid-on = Payment date
download-voucher = Voucher number
download-username = Username
download-for = For
