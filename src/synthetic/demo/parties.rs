//! The two sides of a contract of the demonstration talking: requests of the contractor for an extension, one that the
//! officer refused and one that waits, and messages about a deliverable and a payment.

use crate::domain::codes::{ChangeRequestKind, Role};
use crate::error::Error;
use crate::services::change_requests::{self, ChangeRequestDecisionInput, EXTENSION_LIMITS};
use crate::services::documents::issue;
use crate::services::messages::{self, MessageInput};
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::papers::stage_upload;
use crate::synthetic::demo::plan::Plan;

/// Requests an extension as the contractor, with a statement as proof; returns the request's identifier.
fn apply(
    narrator: &mut Narrator<'_>,
    (plan, id): (&Plan, &str),
    (deliverable, days): (&str, &str),
    reason: &str,
) -> Result<String, Error> {
    let lines = vec![
        format!("合同编号：{}", plan.number),
        format!("成果：{}", plan.deliverable(deliverable)),
        format!("申请延期：{days} 天"),
        reason.to_owned(),
    ];
    let files = vec![("延期情况说明.pdf", issue::render_plain_page("延期情况说明", &lines)?)];
    let permit = narrator.act_as(&contractor_person(plan.contractor), |app, caller| {
        change_requests::permit_request(app, caller.clone(), ChangeRequestKind::Extension, (id, deliverable))
    })?;
    let texts = [("deliverable", deliverable), ("days", days), ("reason", reason)];
    let form = stage_upload(narrator, &permit, &EXTENSION_LIMITS, &texts, files)?;
    let made =
        narrator.wait(change_requests::request_with_files(narrator.app, permit, form, ChangeRequestKind::Extension))?;
    Ok(made.id)
}

/// The contractor requests an extension, which the officer does not endorse.
pub(super) fn application_is_refused(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let request = apply(narrator, (plan, id), ("HELP-H2", "15"), "两名社工参加职业资格考试，走访进度受影响")?;
    let input = ChangeRequestDecisionInput {
        reason: Some("合同约定人员不足时应及时补充，不属于延期事由".to_owned())
    };
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| {
            change_requests::decide(app, caller, ChangeRequestKind::Extension, &request, "refuse", &input)
        })
        .map(|_| ())
}

/// The contractor requests an extension, which the officer has not looked at yet.
pub(super) fn extension_is_applied_for(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    apply(narrator, (plan, id), ("AID-H2", "10"), "帮扶对象外出务工，国庆假期后方能集中入户").map(|_| ())
}

/// The contractor asks about a deliverable and about a payment; the officer answers the first.
pub(super) fn sides_write(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let contractor = contractor_person(plan.contractor);
    let officer = person(plan.region, Role::Officer);
    let milestone = plan.terms.milestones.first().map(|milestone| format!("milestone/{}", milestone.code));
    for (who, about, text) in [
        (&contractor, Some("deliverable/AID-H2".to_owned()), "入户记录是否需要逐户拍照？部分服务对象不愿意出镜。"),
        (&officer, Some("deliverable/AID-H2".to_owned()), "不出镜即可，拍摄入户登记表和服务物品，表上由服务对象签字。"),
        (&contractor, milestone, "请问本节点的发票抬头是否仍为市财政局？"),
    ] {
        let input = MessageInput { about, text: text.to_owned(), another: false };
        narrator.act_as(who, |app, caller| messages::send(app, caller, id, &input))?;
    }
    Ok(())
}
