//! The demonstration's files: reports, service records, photos and invoices, generated from the plan of a contract and
//! staged as uploads, as a contractor would submit them.

use bytes::Bytes;
use chrono::{Days, NaiveDate};
use futures_util::stream;

use crate::domain::facts::Submission;
use crate::error::Error;
use crate::services::contracts::view;
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::deliverables::{self, invoices};
use crate::services::documents::issue;
use crate::synthetic::demo::input::internal;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::pictures::{Motif, picture};
use crate::synthetic::demo::plan::Plan;
use crate::synthetic::demo::sheets::{self, Cell};

/// Columns of the service record.
const COLUMNS: [&str; 5] = ["序号", "日期", "社区矫正对象", "服务内容", "数量"];
/// Maximum number of days in a service record.
const DAYS: u32 = 10;

/// Submits a deliverable with a report (PDF), a service record (spreadsheet or CSV) and pictures.
pub(super) fn submit(
    narrator: &mut Narrator<'_>,
    who: &str,
    contract: &str,
    plan: &Plan,
    fact: &Submission,
) -> Result<(), Error> {
    let code = fact.deliverable.as_str();
    let seed = seed(&format!("{} {code} {}", plan.number, fact.no));
    let lines = vec![
        format!("合同编号：{}", plan.number),
        format!("合同名称：{}", plan.title),
        format!("成果：{}（第 {} 次提交）", plan.deliverable(code), fact.no),
        format!("数量：{}", fact.quantity),
        "服务按合同约定的标准实施，过程记录、签到表和回访记录留存备查。".to_owned(),
    ];
    let services = services_of(plan, fact);
    let mut files = vec![("服务成果报告.pdf", issue::render_plain_page("服务成果报告", &lines)?)];
    files.push(match seed % 2 {
        0 => ("服务记录.xlsx", spreadsheet(&services, fact.on)?),
        _ => ("服务记录.csv", csv_table(&services)?),
    });
    let scene = if ["VISIT", "AID", "HELP", "SERVICE"].iter().any(|item| code.starts_with(item)) {
        Motif::Visit
    } else {
        Motif::Lesson
    };
    // A photo, a sign-in sheet, or both.
    let motifs: &[Motif] = match seed % 3 {
        0 => &[scene],
        1 => &[Motif::Sheet],
        _ => &[scene, Motif::Sheet],
    };
    files.extend(motifs.iter().map(|motif| picture(*motif, seed)).map(|(name, bytes)| (name, bytes.to_vec())));
    let quantity = fact.quantity.to_string();
    let admitted =
        narrator.act_as(who, |app, caller| deliverables::permit_submission(app, caller.clone(), contract, code))?;
    let texts = [("quantity", quantity.as_str()), ("note", "随附成果报告、服务记录和现场照片")];
    let form = stage_upload(narrator, &admitted, &deliverables::SUBMISSION_LIMITS, &texts, files)?;
    narrator.wait(deliverables::submit(narrator.app, admitted, form)).map(|_| ())
}

/// Derives a number from a text (FNV-1a).
fn seed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A row of the service record.
struct Service {
    on: NaiveDate,
    recipient: String,
    service: String,
    quantity: u32,
}

/// Generates the service record of a deliverable: days before its submission whose quantities add up.
fn services_of(plan: &Plan, fact: &Submission) -> Vec<Service> {
    let quantity: u32 = fact.quantity.to_string().parse().unwrap_or(1);
    let days = quantity.clamp(1, DAYS);
    let service = plan.service_of(fact.deliverable.as_str());
    let rows = (0..days).map(|row| Service {
        on: fact.on.checked_sub_days(Days::new(u64::from(3 * (days - row)))).unwrap_or(fact.on),
        recipient: format!("第 {} 组", row % 4 + 1),
        service: service.to_owned(),
        // The remainder goes to the first days.
        quantity: quantity / days + u32::from(row < quantity % days),
    });
    rows.collect()
}

fn spreadsheet(services: &[Service], on: NaiveDate) -> Result<Vec<u8>, Error> {
    let rows = services.iter().zip(1..).map(|(row, number)| {
        let texts = [row.on.to_string(), row.recipient.clone(), row.service.clone()].map(Cell::Text);
        [Cell::Number(number)].into_iter().chain(texts).chain([Cell::Number(row.quantity)]).collect()
    });
    let sum = Cell::Sum(services.iter().map(|row| row.quantity).sum());
    let last = vec![Cell::Text("合计".to_owned()), Cell::Empty, Cell::Empty, Cell::Empty, sum];
    let rows: Vec<Vec<Cell>> = rows.chain([last]).collect();
    sheets::write_workbook("服务记录", &COLUMNS, &rows, on).map_err(internal)
}

fn csv_table(services: &[Service]) -> Result<Vec<u8>, Error> {
    // Excel recognises UTF-8 by the byte order mark.
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS).map_err(internal)?;
    for (row, number) in services.iter().zip(1..) {
        let (number, on, quantity) = (u32::to_string(&number), row.on.to_string(), row.quantity.to_string());
        writer.write_record([&number, &on, &row.recipient, &row.service, &quantity]).map_err(internal)?;
    }
    writer.into_inner().map_err(internal)
}

/// Submits an invoice.
pub(super) fn invoice(
    narrator: &mut Narrator<'_>,
    who: &str,
    contract: &str,
    plan: &Plan,
    milestone: &str,
) -> Result<(), Error> {
    let standing = narrator.act_as(who, |app, caller| view::standing(app, caller, contract, None))?;
    let gross = standing.milestones.iter().find(|agreed| agreed.code.as_str() == milestone).map(|agreed| agreed.gross);
    let amount = gross.unwrap_or_default().to_string();
    let number = format!("26342{:015}", seed(&format!("{} {milestone}", plan.number)) % 1_000_000_000_000_000);
    let lines = [
        format!("发票号码：{number}"),
        format!("合同编号：{}", plan.number),
        format!("支付节点：{}", plan.milestone(milestone)),
        format!("价税合计：{amount} 元"),
    ];
    let paper = issue::render_plain_page("电子发票", &lines)?;
    let admitted =
        narrator.act_as(who, |app, caller| invoices::permit_invoice(app, caller.clone(), contract, milestone))?;
    let texts = [("number", number.as_str()), ("amount", amount.as_str())];
    let form = stage_upload(narrator, &admitted, &invoices::INVOICE_LIMITS, &texts, vec![("发票.pdf", paper)])?;
    narrator.wait(invoices::submit_invoice(narrator.app, admitted, form)).map(|_| ())
}

/// Stages the given texts and files as an upload.
pub(super) fn stage_upload(
    narrator: &Narrator<'_>,
    admitted: &UploadPermit,
    shape: &'static UploadLimits,
    texts: &[(&str, &str)],
    files: Vec<(&str, Vec<u8>)>,
) -> Result<UploadForm, Error> {
    let mut form = UploadForm::new(narrator.app, admitted, shape);
    narrator.wait(async {
        for (name, text) in texts {
            form.receive_part(name, None, stream::iter([Ok(Bytes::copy_from_slice(text.as_bytes()))])).await?;
        }
        for (name, bytes) in files {
            form.receive_part(shape.file, Some(name), stream::iter([Ok(Bytes::from(bytes))])).await?;
        }
        Ok::<(), Error>(())
    })?;
    Ok(form)
}
