# 上传文件和表单
upload-no-form = 请以表单方式上传（multipart/form-data）
upload-no-file = 请选择文件
upload-nameless = 上传的文件没有文件名
upload-not-utf8 = 文字编码不是 UTF-8
upload-text-too-long = “{ $field }”填写的内容过长
upload-too-many-files = 一次最多上传 { $limit } 个文件，其余请分次上传
upload-too-many-parts = 表单的内容项过多，最多 { $limit } 项
upload-too-large = 一次上传的内容合计不得超过 { $limit } MB，请分次上传
upload-quota = 贵单位的文件存储空间（{ $quota } GB）已满，请联系管理员
upload-file-refused = 文件“{ $file }”：{ $reason }
upload-ending = 此处不接受文件“{ $file }”，可上传的格式：{ $endings }
upload-kept-gone = 随本表单保留的文件已过期，请重新选择

# 提交与验收
note-length = 说明不得超过 { $limit } 字
submission-without-evidence = 合同要求提供佐证材料：{ $evidence }。请上传，或在说明中写明原因。
submission-no-file = 未附文件；合同约定的佐证材料为：{ $evidence }。仍要提交的，请确认
submission-date = 成果以系统收到之日（{ $today }）为提交日期，不能另填
submission-without-files = 请上传佐证材料，或在说明中写明原因
score-as-share = 满分 100 分，填了 { $score } 分？如为 { $percent }%，请填 { $percent }；确为 { $score } 分的，请确认
measured-as-share = “{ $indicator }”实测 { $value }？如为 { $percent }%，请填 { $percent }；确为 { $value } 的，请确认
quantity-over-agreed = 数量填了 { $quantity }，合同约定为 { $agreed }？请更正，或确认数量无误
rejection-without-reason = 退回时请写明需要整改的内容
rejection-with-quantity = 退回的成果不填验收数量和实测值
acceptance-without-members = 请至少填写一名验收人员
acceptance-without-quantity = 请填写验收数量
acceptance-member-names = 验收人员最多 { $limit } 人，每人姓名 1 至 { $length } 字
standard-without-finding = 验收小组须对该项标准给出结论
standard-missed-without-note = 未达标的，请说明情况
standard-not-agreed = 合同未约定该项标准
inspection-chair-outside = 请选择组长，组长须为验收小组成员并给出意见
inspection-too-many = 验收小组最多 { $limit } 人
inspection-member-twice = 该成员已在验收小组中
inspection-member-unknown = 验收小组成员须为购买主体在岗人员
inspection-member-of-contractor = 承接主体人员不得担任验收小组成员
inspection-dissent-without-reason = 意见与验收结论不一致的，请写明理由
inspection-majority-against = { $members } 名成员中有 { $against } 名的意见低于该结论，请在说明中写明采用该结论的理由
decision-batch-lines = 请选择 1 至 { $most } 项提交的成果
decision-batch-twice = 同一次提交只能列一次

# 发票
invoice-number = 发票号码应为 1 至 64 个字符，且不能换行
invoice-red-letter-first = 该付款节点尚无发票，不能提交红字发票
invoice-known = 发票 { $number } 已提交过：合同 { $contract }，付款节点 { $milestone }，该节点第 { $no } 张发票。如该记录有误，请先申请作废。
invoice-known-elsewhere = 发票 { $number } 已在您无权查看的合同中提交过
invoice-number-shape = 号码 { $number } 有 { $count } 个字符。发票号码应为 20 位数字，或 10 位、12 位发票代码加 8 位号码。请更正，或说明原因。
invoice-number-more = 号码 { $number } 除发票号码外还有其他字符。请只填写 20 位数字，或 10 位、12 位发票代码加 8 位号码。
invoice-red-without-blue = 请选择该红字发票所冲红的蓝字发票
invoice-blue-quotes = 只有红字发票才填写所冲红的发票。请留空，或将金额填为负数。
invoice-red-unknown-blue = 该付款节点没有可冲红的发票 { $number }
invoice-red-too-large = 发票 { $number } 金额 { $amount } 元，尚可冲红 { $left } 元，红字发票不得超过该金额
invoice-amount-zero = 金额不能为 0（红字发票填负数）
invoice-over-contract = 发票金额 { $amount } 元超过了合同金额 { $limit } 元，请核对
invoice-red-too-early = 红字发票的日期不能早于发票 { $number } 的日期（{ $day }）
