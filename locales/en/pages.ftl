# What is around every page
product = Luyue
skip-to-content = Skip to main content
nav = Main
nav-work = To do
nav-contracts = Contracts
other-language = 中文
other-language-tag = zh-CN
sign-out = Sign out
clock-notice = Rehearsal time: { $at }. The system’s clock is not real. What is done here is for rehearsal only.
foot = Luyue: performance of contracts for public services. Amounts are in yuan; dates are Beijing time.
errors-title = There is a problem
form-unreadable = This answer is not in the right form. Check it and enter it again.
form-empty = Enter “{ $field }”
error-mark = Error:{" "}
failure-later = The system cannot do this at the moment. Try again later, or tell your administrator if it goes on.
failure-back = Go back and check. The link may be out of date, or this may not be one of your tasks.
failure-home = Back to my tasks
pages = Pages
pages-first = First page
pages-next = Next page

# Roles
role-officer = Officer
role-leader = Leader
role-station = Justice station
role-reviewer = Finance reviewer
role-approver = Finance approver
role-cashier = Cashier
role-contractor = Contractor
role-supervisor = Supervisor
role-administrator = Administrator

# Signing in
sign-in = Sign in
sign-in-username = Username
sign-in-password = Password
sign-in-code = One-time code
sign-in-code-hint = Only if you have switched it on. Otherwise leave empty.
forgotten-title = Forgotten your password?
forgotten-says = Enter your username. We send a link for a new password to your email address. It is valid for one hour and works once.
forgotten-send = Send the link
forgotten-sent = If this username is known, an email with a link is on its way. If none arrives within a few minutes, ask your administrator.
forgotten-name-missing = Enter your username
change-password-title = Change password
change-password-says = Your other sessions end when you change your password. This one goes on.
change-password-done = Your password is changed, and your other sessions have ended.
current-password = Current password
current-password-hint = To make sure that it is you
current-password-wrong = The password or the one-time code is not correct
password-show = Show
password-hide = Hide
password-show-long = Show password
password-hide-long = Hide password
password-shown = Your password is visible
password-hidden = Your password is hidden
session-ended = Sign in. If you were signed in, your session has ended.
form-not-ours = This page is out of date and nothing was changed. Reload it and send the form again.
sessions-title = Where you are signed in
sessions-hint = These browsers are signed in to your account. If one of them is not yours, sign it out and change your password at once.
sessions-browser = Browser
sessions-on = { $browser } on { $system }
browser-wechat = WeChat
browser-dingtalk = DingTalk
browser-edge = Edge
browser-opera = Opera
browser-qq = QQ Browser
browser-sogou = Sogou
browser-qihoo = 360
browser-uc = UC Browser
browser-huawei = Huawei Browser
browser-xiaomi = Xiaomi Browser
browser-samsung = Samsung Internet
browser-firefox = Firefox
browser-chrome = Chrome
browser-safari = Safari
browser-other = Another browser
system-harmony = HarmonyOS
system-windows = Windows
system-android = Android
system-ios = iPhone
system-ipados = iPad
system-macos = Mac
system-kylin = Kylin
system-uos = UOS
system-linux = Linux
system-other = an unknown system
sessions-address = Address
sessions-opened = Signed in
sessions-seen = Last used
sessions-end = Sign out of this browser
sessions-ended = That browser has been signed out.

# Work list
work-title = To do
work-nothing = You have nothing to do.
work-others = Waiting for others
work-others-most = These are the { $number } most urgent; see all contracts for the rest
work-what = Task
work-contract = Contract
work-who = Who
work-when = Due

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
contracts-none-found = No contracts match.
contracts-column-contract = Contract
contracts-column-parties = Purchaser, contractor
contracts-column-term = Term
contracts-column-amount = Amount (yuan)
contracts-column-state = State
contracts-column-duty = Next due date

# For programs
api-says = The API for other systems. Signing in, errors, paging and sending the same request twice are described in docs/api.md.

# The check of a document
verify-title = Check a document
verify-ours = This document is genuine
verify-not-ours = No document has the code “{ $code }”. Check what you typed. If it is right, this system did not issue the document.
verify-document = Document
verify-made = First issued
verify-digest = SHA-256 of its data
verify-compare = Compare this with the document you have. If anything differs, the document may have been changed.
verify-code = Verification code
verify-hint = It is under the QR code and at the foot of each page: 16 letters and digits.
verify-check = Check the document

# One-time codes
totp-title = One-time codes
totp-says = Once this is on, signing in needs the six digits shown by an authenticator app as well as the password, so that a stolen password alone is of no use. Recommended for finance and administrators.
totp-begin = Switch on one-time codes
totp-step-app = Install any authenticator app (TOTP) on your phone.
totp-step-scan = Scan this picture with the app, or type in the secret below it.
totp-qr = QR code for an authenticator app
totp-step-code = Enter the six digits that the app shows.
totp-confirm = Confirm the code
totp-active-says = One-time codes are on. Signing in asks for a code.
totp-remove = Switch off one-time codes

contract-duties-more = More tasks ({ $number })
contract-timeline-scroll = Swipe sideways to see all of it.
versions-title = Versions of the terms
versions-no = Version { $no }
versions-before = Compare
versions-after = with
versions-compare = Compare
versions-recorded = recorded by { $who }, { $at }
versions-one = The terms of this contract have one version only.
versions-same = Both versions are the same.
versions-differ = { $number } of the five terms differ. What is struck out is only in the earlier version; what is marked is only in the later one.
versions-term = Term
versions-unchanged = The same in both
versions-look = Compare with other versions
