# What is around every page
product = Luyue
skip-to-content = Skip to main content
nav = Main
nav-work = To do
nav-contracts = Contracts
other-language = 中文
other-language-tag = zh-CN
sign-out = Sign out
clock-notice = Rehearsal time: { $at }. The system’s clock is not the real one; what is done here is for rehearsal only.
foot = Luyue: public service contracts, from what was agreed to what must be paid. Amounts are in yuan, days are those of Beijing.
errors-title = There is a problem
form-unreadable = This is not what is asked for: look at it again
error-mark = Error:{" "}
failure-later = The system cannot do this at the moment. Please try again later; if it goes on, tell your administrator.
failure-back = Please go back and check. The link may be out of date, or this may not be yours to do.
failure-home = Back to my list
pages = Pages
pages-first = First page
pages-next = Next page

# Roles
role-officer = officer
role-leader = leader
role-station = justice station
role-reviewer = finance reviewer
role-approver = finance approver
role-cashier = cashier
role-contractor = contractor
role-supervisor = supervisor
role-administrator = administrator

# Signing in
sign-in = Sign in
sign-in-username = Username
sign-in-password = Password
sign-in-code = One-time code
sign-in-code-hint = Only if you have switched it on; otherwise leave it empty.
password-show = Show
password-hide = Hide
password-show-long = Show password
password-hide-long = Hide password
password-shown = Your password is visible
password-hidden = Your password is hidden
session-ended = Please sign in; if you were signed in, your session has ended.
form-not-ours = This page is out of date and nothing was changed. Please reload it and send the form again.
sessions-title = Where you are signed in
sessions-hint = These browsers are signed in to your account. If one is not yours, sign it out now and change your password.
sessions-browser = Browser
sessions-address = Address
sessions-opened = Signed in
sessions-seen = Last used
sessions-end = Sign it out

# Work list
work-title = To do
work-nothing = Nothing waits for you.
work-others = With others
work-what = What
work-contract = Contract
work-who = Who
work-when = By when

# The register
contracts-title = Contracts
contracts-q = Number, title or contractor
contracts-state = State
contracts-region = Region
contracts-year = Year
contracts-any = All
contracts-find = Find
contracts-all = Show all contracts
contracts-none = There are no contracts yet.
contracts-none-found = No contract fits.
contracts-column-contract = Contract
contracts-column-parties = Purchaser, contractor
contracts-column-term = Term
contracts-column-amount = Amount (yuan)
contracts-column-state = State
contracts-column-duty = Next deadline

# For programs
api-says = The API for programs. How to sign in, what errors look like, how lists go on and what sending twice does is in docs/api.md.

# The check of a document
verify-title = Check a document
verify-ours = This document is ours
verify-not-ours = No document has the code “{ $code }”. Please check what you typed; if it is right, the document is not ours.
verify-document = Document
verify-made = First printed
verify-digest = SHA-256 of its data
verify-compare = Compare this with the document in your hands: if anything differs, it may have been changed.
verify-code = Code
verify-hint = It stands under the QR code and at the foot of each page: 16 letters and digits.
verify-check = Check

# One-time codes
totp-title = One-time codes
totp-says = Once switched on, signing in takes, besides the password, the six digits that an authenticator app shows: a password alone is then of no use to anybody else. Advised for finance and administrators.
totp-begin = Switch on
totp-step-app = Install any authenticator app (TOTP) on your phone.
totp-step-scan = Scan this picture with it, or type the secret below it.
totp-qr = QR code for an authenticator app
totp-step-code = Type the six digits that it shows.
totp-confirm = Confirm
totp-active-says = Switched on: signing in asks for a code.
totp-remove = Switch off
