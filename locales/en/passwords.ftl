# Shown where a new password is set
password-too-short = At least { $min } characters; 15 or more are advised
password-too-long = At most { $max } characters
password-common = This password, or what is left of it without digits and signs, is among the first that are guessed
password-pattern = Not one character again and again, nor characters in a row
password-context = It must not contain your user name, the name of your organisation or of this system
password-not-mixed = It needs three of: upper case, lower case, digits, other characters
