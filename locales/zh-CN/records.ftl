# 服务记录

records-title = 服务记录
records-says = 逐条登记实际提供的服务，由所在乡镇（街道）司法所确认；已确认的不能更改。服务记录用于核对申报数量，不改变金额。
records-none = 没有符合条件的服务记录。
records-none-yet = 还没有服务记录。
records-none-wait = 由承接主体登记，司法所确认。
records-month = 服务月份
records-extent = 人数和时长
records-all = 全选本页待确认的记录
records-import = 批量登记
records-import-says = 按模板填写后上传，或者从电子表格复制粘贴。全部登记或者全不登记：有误的，逐行逐列列出；改正后如还有问题，会再次列出。
records-template = 下载模板（xlsx）
records-file = 填好的模板
records-file-hint = xlsx 或 csv 格式，不超过 { $limit } MB、10000 行
records-rows = 或者在此粘贴
records-rows-hint = 从电子表格复制各行后粘贴，可以连同表头，或者按以下顺序：{ $columns }
records-enter = 登记
records-reason-hint = 不予确认的必须填写，承接主体会看到。
records-do-confirm = 确认
records-do-refuse = 不予确认
records-do-withdraw = 撤回
records-done-enter = 服务记录已登记，等待司法所确认。
records-entered = 已登记服务记录 { $number } 条，等待司法所确认。
records-choose-one = 请只选择一种：上传文件或粘贴行
records-next = 登记下一条
records-see = 查看服务记录
records-done-confirm = 服务记录已确认。
records-done-refuse = 已答复不予确认，并通知承接主体。
records-done-withdraw = 服务记录已撤回。
record-on = 服务日期
record-service = 服务项目
record-deliverable = 成果
record-place = 服务地点
record-worker = 服务人员
record-subject = 服务对象代码
record-group_size = 服务人数
record-minutes = 时长（分钟）
record-note = 备注
record-says-on = 提供服务的日期，如 2026-09-30，不得晚于今天，不得早于服务开始日期。
record-says-service = 从合同的服务项目中选择。
record-says-deliverable = 可以不填：不填的，按服务日期计入相应时段的成果。
record-says-place = 写明乡镇（街道）名称，由当地司法所确认。
record-says-worker = 提供服务的人员姓名，不要填写身份证号、手机号。
record-says-subject = 代表服务对象的代码，由字母、数字和连字符组成，如 XZ-017；不得填写姓名、身份证号。集体服务可以不填。
record-says-group_size = 一同接受服务的人数，1 至 500，不填为 1。
record-says-minutes = 整数分钟，1 至 1440。
record-says-note = 不超过 200 字，不得含个人信息。
record-by-period = 按服务日期计入
record-sheet = 服务记录
record-choices = 选项
record-cell-refused = 请核对
record-extent = { $people } 人，{ $minutes } 分钟
record-state-waiting = 待确认
record-state-confirmed = 已确认
record-state-refused = 不予确认
record-state-withdrawn = 已撤回
record-totals = { $from } 至 { $until }：已确认 { $confirmed } 条，服务 { $people } 人次，共 { $minutes } 分钟；待确认 { $waiting } 条{ $off ->
    [0] {""}
   *[other] 。其中 { $off } 条的服务人员与名册不符
 }
record-beside = 本期服务记录

# 逐行核对
record-cell = 第 { $row } 行“{ $column }”：{ $reason }
record-none = 没有可登记的行，请在表头下至少填写一行。
record-headings = 没有找到表头，请使用模板，或者按模板的名称填写表头。
table-headings-unknown = 表头中的以下列名无法识别：{ $names }。请按本页列出的列名修改，或者删除这些列。
record-too-many = 一次最多登记 { $most } 行，请分次登记。
record-no-station = 购买主体所在地区没有登记司法所，服务记录无人确认，请管理员先登记司法所。
record-bounds = 请填写 { $least } 至 { $most } 的整数
record-subject-code = 请填写服务对象代码：由字母、数字和连字符组成，至少含一个数字，如 XZ-017。只有集体服务可以不填。
record-personal-data = 疑似{ $kind ->
    [identity] 身份证号
    [mobile] 手机号
   *[card] 银行卡号
 }，请删去：服务记录只用代码表示服务对象。
record-service-unknown = 合同没有这个服务项目，请填写以下之一：{ $services }
record-deliverable-unknown = 合同没有这项成果，请填写本合同成果的名称，或者不填。
record-deliverable-other = 这项成果属于另一服务项目：{ $service }
record-township = 请在服务地点中写明乡镇（街道），以便由当地司法所确认。已登记司法所的有：{ $townships }
record-repeated-row = 与第 { $row } 行重复：服务日期、项目、人员、对象和时长均相同
record-repeated = 该记录已于 { $at } 登记（{ $state ->
    [confirmed] 已确认
   *[waiting] 待确认
 }）：服务日期、项目、人员、对象和时长均相同，请在服务记录列表中查找。
records-repeated = 这些服务记录已于 { $at } 登记（共 { $number } 条，{ $state ->
    [confirmed] 已确认
   *[waiting] 待确认
 }），请查看已有的记录。
record-choose = 请选择 1 至 { $most } 条记录
record-decided = 所选记录中有已办结的：{ $state ->
    [confirmed] 已确认
    [refused] 不予确认
   *[withdrawn] 已撤回
 }。本次没有作任何更改。
record-of-station = 服务记录由服务地点所在乡镇（街道）的司法所确认
