//! The demonstration's files: reports, records and invoices, handed in as a contractor would.

use bytes::Bytes;
use futures_util::stream;

use super::plans::Plan;
use super::teller::Teller;
use crate::domain::facts::Submission;
use crate::error::Error;
use crate::services::printing;
use crate::services::uploads::{Admitted, Form, Shape};
use crate::services::{deliverables, invoices};

/// Hands a deliverable over, with a report in PDF and a table of what was done.
pub(super) fn submit(
    teller: &mut Teller<'_>,
    who: &str,
    contract: &str,
    plan: &Plan,
    fact: &Submission,
) -> Result<(), Error> {
    let code = fact.deliverable.as_str();
    let lines = vec![
        format!("合同编号：{}", plan.number),
        format!("成果：{code}（第 {} 次提交）", fact.no),
        format!("数量：{}", fact.quantity),
        "服务按合同约定的标准实施，过程记录、签到表和回访记录留存备查。".to_owned(),
    ];
    let report = printing::letter("服务成果报告", &lines)?;
    let table = format!("\u{feff}序号,日期,服务内容,数量\n1,{},{code},{}\n", fact.on, fact.quantity);
    let quantity = fact.quantity.to_string();
    let admitted = teller.by(who, |app, caller| deliverables::may_submit(app, caller.clone(), contract, code))?;
    let files = vec![("服务成果报告.pdf", report), ("服务记录.csv", table.into_bytes())];
    let texts = [("quantity", quantity.as_str()), ("note", "随附成果报告和服务记录")];
    let form = form(teller, &admitted, &deliverables::SUBMISSION, &texts, files)?;
    teller.wait(deliverables::submit(teller.app, admitted, form)).map(|_| ())
}

/// Hands an invoice in.
pub(super) fn invoice(
    teller: &mut Teller<'_>,
    who: &str,
    contract: &str,
    plan: &Plan,
    milestone: &str,
) -> Result<(), Error> {
    let paper =
        printing::letter("电子发票", &[format!("合同编号：{}", plan.number), format!("支付节点：{milestone}")])?;
    let agreed = plan.terms.milestones.iter().find(|agreed| agreed.code.as_str() == milestone);
    let amount = agreed.and_then(|agreed| agreed.amount).unwrap_or_default().to_string();
    let number = format!("2634200000{:010}", plan.number.len() * 7919 + milestone.len());
    let admitted = teller.by(who, |app, caller| invoices::may_hand_in(app, caller.clone(), contract, milestone))?;
    let texts = [("number", number.as_str()), ("amount", amount.as_str())];
    let form = form(teller, &admitted, &invoices::INVOICE, &texts, vec![("发票.pdf", paper)])?;
    teller.wait(invoices::hand_in(teller.app, admitted, form)).map(|_| ())
}

fn form(
    teller: &Teller<'_>,
    admitted: &Admitted,
    shape: &'static Shape,
    texts: &[(&str, &str)],
    files: Vec<(&str, Vec<u8>)>,
) -> Result<Form, Error> {
    let mut form = Form::new(teller.app, admitted, shape);
    teller.wait(async {
        for (name, text) in texts {
            form.take(name, None, stream::iter([Ok(Bytes::copy_from_slice(text.as_bytes()))])).await?;
        }
        for (name, bytes) in files {
            form.take(shape.file, Some(name), stream::iter([Ok(Bytes::from(bytes))])).await?;
        }
        Ok::<(), Error>(())
    })?;
    Ok(form)
}
