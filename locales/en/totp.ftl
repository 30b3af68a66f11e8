totp-active = One-time codes are asked for already. Switch them off first to begin anew.
totp-not-begun = Ask for a secret first, then confirm it with a code.
totp-not-active = No one-time code is asked for: there is nothing to switch off.
totp-code-wrong = The code is not right, or it was used already. Wait for the next one and try again; the clock of the phone must be right.
