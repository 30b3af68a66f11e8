totp-active = 动态验证码已启用；如需重新绑定，请先停用。
totp-not-begun = 请先获取密钥，再用动态验证码确认
totp-not-active = 尚未启用动态验证码，无须停用。
totp-code-wrong = 动态验证码不正确或已使用。请等待下一个口令后重试，并确认手机时间准确。
totp-remove-refused = 密码或动态验证码不正确，或者该验证码已使用过。请核对密码，等待下一个验证码后重试。
