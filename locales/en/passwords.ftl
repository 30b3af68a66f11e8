# Shown where a new password is set
password-too-short = Use at least { $min } characters; 15 or more are recommended
password-too-long = Use at most { $max } characters
password-common = This password, or each part of it, is among the first that are guessed
password-pattern = A password must not consist mostly of repeated characters, sequences or neighbouring keys
password-context = A password must not contain your username, or the name of your organisation or of this system
password-not-mixed = A password must have three of: upper case, lower case, digits, other characters
