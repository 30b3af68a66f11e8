totp-active = One-time codes are already on. Switch them off first to set them up again.
totp-not-begun = Get a secret first, then confirm it with a code
totp-not-active = One-time codes are not on, so there is nothing to switch off
totp-code-wrong = The code is not correct or has already been used. Wait for the next one and try again, and check the clock of the phone.
totp-remove-refused = The password or the code is not correct, or the code has already been used. Check the password and try again with the next code.
