# 上传文件和表单
upload-no-form = 请以表单方式上传（multipart/form-data）
upload-no-file = 请选择文件
upload-nameless = 上传的文件没有文件名
upload-not-utf8 = 文字编码不是 UTF-8
upload-text-too-long = “{ $field }”填写的内容过长
upload-too-many-files = 一次最多上传 { $limit } 个文件，其余请分次上传
upload-too-large = 一次上传的内容合计不得超过 { $limit } MB，请分次上传
upload-quota = 贵单位的文件存储空间（{ $quota } GB）已满，请联系管理员
upload-file-refused = 文件“{ $file }”：{ $reason }
upload-ending = 此处不接受文件“{ $file }”，可上传的格式：{ $endings }

# 提交与验收
note-length = 说明不得超过 { $limit } 字
rejection-without-reason = 退回时请写明需要整改的内容
rejection-with-quantity = 退回的成果不填验收数量和实测值
acceptance-without-members = 请至少填写一名验收人员
acceptance-without-quantity = 请填写验收数量
acceptance-member-names = 验收人员最多 { $limit } 人，每人姓名 1 至 { $length } 字

# 发票
invoice-number = 发票号码不得超过 64 个字符，且不能换行
invoice-red-letter-first = 该付款节点尚无发票，不能提交红字发票
