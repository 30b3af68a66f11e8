//! The task list: the caller's tasks in groups, most urgent first, or of a month by day; their unsent forms and unread
//! messages, and tasks that other people of the organisation can take.

use askama::Template;
use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use crate::app::App;
use crate::domain::alerts::Topic;
use crate::domain::codes::FileFormat;
use crate::domain::facts::Month;
use crate::domain::payments::PaymentStep;
use crate::domain::policy::Action;
use crate::domain::saved_views::SavedList;
use crate::domain::tasks::TaskKind;
use crate::error::{Error, Message};
use crate::services::coordination::{self, MatterView};
use crate::services::identity::caller::Caller;
use crate::services::notifications::email_queue;
use crate::services::notifications::tasks::{OTHERS, Task};
use crate::services::notifications::work::{self, GroupedTasks, Work, WorkGroup, WorkQuery};
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_month;
use crate::text::dates;
use crate::web::pages::exports;
use crate::web::pages::forms::{Form, or_faults};
use crate::web::pages::identity::kept_forms::{self, KeptFormLine};
use crate::web::pages::identity::saved_views::SavedViews;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("q", "work-q"), ("unit", "work-unit"), ("topic", "work-topic")];

/// View of the task list as a calendar.
const CALENDAR: &str = "calendar";
/// Tasks of a day that the calendar shows before the others are opened.
const DAY: usize = 4;

/// Query of the task list: its filters, its view with the month of the calendar, the change to confirm, and the format of
/// the list as a file.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct TasksQuery {
    q: String,
    unit: String,
    topic: String,
    view: String,
    month: String,
    done: Option<String>,
    format: Option<FileFormat>,
}

impl TasksQuery {
    fn query(&self, month: Option<Month>) -> Result<WorkQuery, Error> {
        let unknown = || Error::malformed("topic", Message::new("unknown-filter"));
        let topic = filled(&self.topic).map(|topic| Topic::parse(&topic).ok_or_else(unknown)).transpose()?;
        Ok(WorkQuery { q: filled(&self.q), unit: filled(&self.unit), topic, month })
    }

    /// Returns the filters by name, and the view.
    fn filters(&self) -> [(&str, &str); 4] {
        let view = if self.view == CALENDAR { CALENDAR } else { "" };
        [("q", &self.q), ("unit", &self.unit), ("topic", &self.topic), ("view", view)]
    }

    /// Returns the month of the calendar, which is that of today unless another is given; `None` for the list.
    fn month(&self, today: NaiveDate) -> Option<Result<Month, Message>> {
        let given = filled(&self.month);
        (self.view == CALENDAR).then(|| given.map_or_else(|| Ok(Month::of(today)), |month| parse_month(&month)))
    }

    /// Returns the address of the list with these filters, or of a month of the calendar.
    fn address(&self, month: Option<&Month>) -> String {
        let [q, unit, topic, _] = self.filters();
        let view = ("view", month.map_or("", |_| CALENDAR));
        let pairs = [q, unit, topic, view, ("month", month.map_or("", Month::as_str))].into_iter();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.filter(|(_, value)| !value.is_empty()));
        format!("/work?{}", query.finish()).trim_end_matches('?').to_owned()
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Columns of the list as a file.
const COLUMNS: &[&str] = &[
    "work-column-group",
    "work-what",
    "report-number",
    "report-contract",
    "work-organisation",
    "work-who",
    "work-when",
    "work-column-owed",
    "work-column-returned",
];

fn cells(page: &Shell, (group, item): (WorkGroup, Task)) -> Vec<Cell> {
    vec![
        page.word("work-group", group).into(),
        page.task_title(&item).into(),
        item.number.into(),
        item.title.into(),
        item.organisation.into(),
        page.word("role", item.role).into(),
        item.due_on.into(),
        item.owed.map_or(Cell::Empty, |owed| Cell::Amount(owed.into())),
        item.returned.into(),
    ]
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct TasksPage {
    page: Shell,
    work: Work,
    filter: TasksQuery,
    views: SavedViews,
    /// Month of the calendar; `None` for the list.
    month: Option<Month>,
    /// Faults of the filters; the list is empty if there are any.
    form: Form,
    /// True if a filter is set.
    is_filtered: bool,
    /// True for a reader who may register contracts.
    may_register: bool,
    /// True for a reader who may see contracts.
    may_read: bool,
    /// Answer with which the mail server refuses every email, for administrators.
    refusal: Option<String>,
    kept: Vec<KeptFormLine>,
    /// True after a kept form was discarded.
    is_discarded: bool,
}

impl TasksPage {
    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.filter.address(self.month.as_ref()))
    }

    /// Returns the days of a month, each with its tasks.
    fn days(&self, month: &Month) -> Vec<(NaiveDate, Option<&GroupedTasks<NaiveDate>>)> {
        let days = month.first_day().iter_days().take_while(|day| *day <= month.last_day());
        days.map(|day| (day, self.work.days.iter().find(|tasks| tasks.group == day))).collect()
    }

    /// Returns the address and the name of the month before or after another.
    fn turned(&self, month: &Month, is_later: bool) -> (String, String) {
        let (first, one) = (month.first_day(), Months::new(1));
        let other = if is_later { first.checked_add_months(one) } else { first.checked_sub_months(one) };
        let other = Month::of(other.unwrap_or(first));
        (self.filter.address(Some(&other)), self.month_name(&other))
    }

    /// Returns the address of the list.
    fn list_address(&self) -> String {
        self.filter.address(None)
    }

    /// Returns the address of this month in the calendar.
    fn calendar_address(&self) -> String {
        self.filter.address(Some(&Month::of(self.page.today)))
    }

    /// Returns whether a month is that of today.
    fn is_this_month(&self, month: &Month) -> bool {
        *month == Month::of(self.page.today)
    }

    /// Returns the name of a month.
    fn month_name(&self, month: &Month) -> String {
        dates::month(month.first_day(), self.page.language)
    }

    /// Returns all tasks that are listed.
    fn listed(&self) -> impl Iterator<Item = &Task> {
        self.work.groups.iter().flat_map(|group| &group.items)
    }

    /// Returns the steps on payment requests that several tasks take, in approval order.
    fn steps(&self) -> Vec<PaymentStep> {
        let taken = |step: &PaymentStep| self.listed().filter(|task| step_of(task) == Some(*step)).count();
        PaymentStep::ALL.iter().copied().filter(|step| taken(step) > 1).collect()
    }

    /// Returns whether a task takes one of these steps.
    fn is_chosen_for(&self, task: &Task, steps: &[PaymentStep]) -> bool {
        step_of(task).is_some_and(|step| steps.contains(&step))
    }

    /// Returns the number of inspections of a contract that can be done on one page, beside the first of them.
    fn inspected_together(&self, task: &Task) -> Option<usize> {
        let is_inspection = |other: &&Task| other.kind == TaskKind::Inspect.as_str() && other.contract == task.contract;
        let mut of_contract = self.listed().filter(is_inspection);
        let is_first = of_contract.next().is_some_and(|first| std::ptr::eq(first, task));
        Some(1 + of_contract.count()).filter(|count| is_first && *count > 1)
    }

    /// States the number of tasks and their order.
    fn summary(&self) -> String {
        self.page.counted(self.work.count, true, self.work.is_least, "work-order")
    }

    /// Returns the number of tasks that are shown, if it is not all of them.
    fn shown(&self) -> Option<usize> {
        let shown = self.listed().count() + self.work.days.iter().map(|day| day.items.len()).sum::<usize>();
        (shown < self.work.count).then_some(shown)
    }

    /// Returns the name of the register of a matter.
    fn register_of(&self, matter: &MatterView) -> String {
        self.page.word("register", coordination::register(matter.kind))
    }

    /// Returns the address of a matter in its register.
    fn matter_address(&self, matter: &MatterView) -> String {
        format!("/registers/{}?at={}#row-{}", coordination::register(matter.kind), matter.id, matter.id)
    }

    /// Returns whether nothing waits for the reader, whatever the filters.
    fn is_idle(&self) -> bool {
        let Work { groups, undelivered, messages, matters, proposals, .. } = &self.work;
        let lists_all = self.month.is_none() && !self.is_filtered && self.form.faults.is_empty();
        let waits_elsewhere =
            !undelivered.is_empty() || !messages.is_empty() || !matters.is_empty() || !proposals.is_empty();
        lists_all && groups.is_empty() && !waits_elsewhere
    }
}

/// Returns the step on a payment request that a task takes.
fn step_of(task: &Task) -> Option<PaymentStep> {
    TaskKind::parse(&task.kind)?.payment_step()
}

/// Shows the task list.
pub async fn list(request: PageRequest, query: PageQuery<TasksQuery>) -> PageAnswer {
    let filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let month = filter.month(page.today).map(|month| month.unwrap_or_else(|_| Month::of(page.today)));
            let query = filter.query(month)?;
            let load = |_: &Page| Ok(Paged { items: work::list(app, caller, &query)?, next: None });
            exports::list_file(page, ("work-title", format), COLUMNS, load, |item| cells(page, item))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, mut page| {
            if !filter.view.is_empty() && filter.view != CALENDAR {
                page.tell_unread("view");
            }
            let month = match filter.month(page.today) {
                Some(Err(_)) => {
                    page.tell_unread("month");
                    Some(Month::of(page.today))
                }
                month => month.transpose().ok().flatten(),
            };
            let found =
                filter.query(month.clone()).and_then(|query| Ok((work::load(app, caller, &query)?, query.is_set())));
            let ((work, is_filtered), form) = or_faults(found, &page, LABELS)?;
            let kept = kept_forms::lines(app, caller)?;
            let refusal = email_queue::refusal(app, caller)?;
            let is_discarded = filter.done.as_deref() == Some("discarded");
            let may_register = caller.may(Action::CreateContract).is_ok();
            let may_read = caller.may(Action::ReadContract).is_ok();
            let views = SavedViews::load(app, caller, SavedList::Work, &filter.filters())?;
            Ok(TasksPage {
                page,
                work,
                filter,
                views,
                month,
                form,
                is_filtered,
                may_register,
                may_read,
                refusal,
                kept,
                is_discarded,
            })
        })
        .await
}
