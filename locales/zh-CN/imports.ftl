# 台账的导入与导出

import-sheet-contracts = 合同
import-sheet-services = 服务
import-sheet-deliverables = 成果
import-sheet-indicators = 考核指标
import-sheet-milestones = 付款节点
import-sheet-clauses = 违约条款
import-sheet-deliveries = 提交与验收
import-sheet-invoices = 发票
import-sheet-payments = 支付
import-sheet-events = 其他事实
import-sheet-explained = 说明
import-sheet-choices = 选项
import-sheet-register = 台账

import-says-contracts = 每份合同一行：当事人、期限、金额和总则。
import-says-services = 各合同购买的服务项目及其数量、单价。
import-says-deliverables = 各服务项目分次提交的成果及其提交期限。
import-says-indicators = 成果的考核指标；没有的不填。
import-says-milestones = 各付款节点，以及作为付款条件须验收通过的成果。
import-says-clauses = 合同约定的违约条款；每类条款只填适用的列。
import-says-deliveries = 每次提交一行：提交日期和数量，验收日期、结论和通过的数量。
import-says-invoices = 每个付款节点的第一张发票及收到日期。
import-says-payments = 已经支付的款项：银行付款日期和支付凭证号。
import-says-events = 延期、绩效评价、人员在岗、违约事件、违约豁免、满意度、放弃逾期利息、提前终止；每类只填适用的列。

import-explained-order = 按各工作表填写，每行一条；各表以“合同编号”对应到合同。表头不要改动，列的顺序不限，不用的列可以删去。
import-explained-required = 标有 * 的列必须填写，其余可以不填。
import-explained-codes = 代码由填写人自定，在同一合同内不重复，如 VISIT；其他表以代码指明服务项目、成果、付款节点和条款。
import-explained-lists = 一格填写多项的，以分号或者换行分隔。
import-explained-history = 日期填事实发生的真实日期，不填登记日期。
import-explained-whole = 请先试导入（--dry-run）：全部核对通过才导入，有一处问题即全部不导入。

import-published_on = 公告日期
import-weight-quantity = 数量完成权重
import-weight-timeliness = 提交及时权重
import-weight-first_pass = 一次通过权重
import-weight-quality = 质量达标权重
import-weight-compliance = 履约合规权重
import-weight-satisfaction = 服务满意度权重
import-requires = 须验收通过的成果
import-tiers = 分档
import-no = 第几次提交
import-submitted = 提交数量
import-decided_on = 验收日期
import-decision = 验收结论
import-accepted = 通过数量
import-received_on = 收到日期
import-invoice-number = 发票号码
import-invoice-amount = 发票金额（元）
import-invoice-reason = 号码特殊的原因
import-on = 日期
import-clause = 条款代码
import-subject = 对象
import-month = 月份
import-days = 延长天数
import-clients = 服务对象人数
import-workers = 工作人员人数
import-score = 得分
import-amount = 金额（元）
import-answer-yes = 是
import-answer-no = 否

import-note-state = 不填为“履行中”。已终止的，须在“其他事实”中填写提前终止的日期。
import-note-bureau = 填单位代码。
import-note-contractor = 填承接主体的统一社会信用代码；须先登记承接主体。
import-note-appropriation = 填预算指标文号；同一单位有几个指标用同一文号的，填指标标识。
import-note-no = 不填的，按行的先后编号。
import-note-code = 1 至 64 个字符，同一合同内不重复。
import-note-codes = 填代码，多个以分号分隔。
import-note-percent = 填百分数，如 5% 或 0.05%。
import-note-day = 如 2026-09-30 或 2026年9月30日。
import-note-month = 如 2026-09。
import-note-tiers = 界限=违约金，如 90=1%; 80=2%，从轻到重。
import-note-measures = 指标代码=实测值，如 SAT=92; COVERAGE=100。

import-deliverables = 成果（项）
import-delivered = 已验收成果（项）
import-payable = 应付（元）
import-deducted = 扣减（元）
import-paid = 已付（元）
import-overdue = 逾期未付（元）
import-overdue-since = 最早应付日期

import-choice = 请从下列各项中选择：{ $choices }
import-percent = 请以文本填写并带百分号，如 5%；不带百分号的，无法判断是 5% 还是 0.05%
import-pair = “{ $entry }”应写成“名称=数值”，多项以分号分隔
import-sheet-unknown = 无法识别该工作表：请删除，或者改用模板中的名称。
import-sheet-twice = 同名的工作表有两个，请合并。
import-headings = 没有找到表头，请使用模板的表头。
import-heading-unknown = 无法识别“{ $heading }”列：请删除，或者改用模板中的表头。
import-heading-missing = 缺少“{ $heading }”列。
import-nothing = “合同”工作表中没有合同。
import-twice = 与第 { $row } 行重复
import-contract-unknown = “合同”工作表中没有编号为“{ $number }”的合同
import-field-other = 此类不适用本列，请清空
import-facts-unsigned = 尚未生效的合同不能有提交、支付等事实
import-state-end = 已终止的合同须填写提前终止的日期；其他状态的合同不得填写
import-interest = 已付和已放弃的逾期利息多于应计的 { $accrued } 元
import-appropriation-several = 购买主体有几个已批准的预算指标使用文号“{ $number }”，请填写指标标识
import-appropriation-unknown = 购买主体没有文号为“{ $number }”的已批准预算指标
import-by = 管理员不止一位或者没有管理员，请用 --by 指明导入人。
import-by-unknown = 没有这个用户名，或者该账号已停用。

import-at-sheet = 工作表“{ $sheet }”：
import-at-row = 工作表“{ $sheet }”第 { $row } 行：
import-at-cell = 工作表“{ $sheet }”第 { $row } 行“{ $column }”列（{ $cell }）：
import-checked = 已核对 { $count } 份合同
import-written = 已写入 { $count } 份合同
import-read = 已读取 { $count } 份合同
import-refused = 有 { $faults } 处问题，没有导入任何内容。
import-tried = 核对通过：{ $contracts } 份合同、{ $facts } 条事实（{ $rows } 行）。试导入，没有写入。
import-done = 已导入 { $contracts } 份合同、{ $facts } 条事实（{ $rows } 行）。
