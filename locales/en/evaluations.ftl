## Evaluations
contract-evaluations = Evaluations
evaluation-state-draft = Self-assessment
evaluation-state-proposed = Open for comments
evaluation-state-final = Final
evaluation-state-withdrawn = Withdrawn
evaluation-step-open = Opened
evaluation-step-assess = Self-assessment
evaluation-step-propose = Result proposed
evaluation-step-comment = Comments
evaluation-step-finalise = Made final
evaluation-step-withdraw = Withdrawn
evaluation-period = Period
evaluation-measured-on = Measured on
evaluation-result = Result
evaluation-from-to = { $from } to { $to }
evaluation-computed = { $score } points computed, weight { $weight }
evaluation-deliverables = deliverables counted: { $count }
evaluation-breaches = breaches: { $count }
evaluation-surveys = surveys counted: { $count }
evaluation-own = own score { $score }
evaluation-adjusted = adjusted to { $score }: { $reason }
evaluation-nothing = No data, so no rating

field-evaluation-from = First day of the period
field-evaluation-to = Last day of the period
field-evaluation-to-hint = The measures are those of this day, or of today if it is still to come.
field-evaluation-assess-by = Last day for the contractor’s self-assessment
field-evaluation-assessment = Self-assessment
field-evaluation-assessment-hint = Say what was done, what went wrong and what you will improve, in at most 2,000 characters.
field-evaluation-own = { $measure }: own score (optional)
field-evaluation-adjusted = { $measure }: score
field-evaluation-adjusted-hint = { $score } points were computed. You can move it by up to 10 points.
field-evaluation-why = { $measure }: reason for the adjustment (leave empty if unchanged)
field-evaluation-comment = Comments
field-evaluation-comment-hint = If you have none, write “no comments”.
field-score-evaluated-hint = 0 to 100. Prefilled with the final result of the evaluation from { $from } to { $to }; you can change it.

act-evaluation = Open an evaluation
act-evaluation-says = Six measures are computed. The contractor assesses itself, you propose the result, and a leader makes it final. The periods of one contract must not overlap.
act-evaluation-assess = Assess your own work
act-evaluation-assess-says = Compare your work with the measures. The officer proposes the result afterwards; until then you can assess it again.
act-evaluation-propose = Propose the result
act-evaluation-propose-says = You can move each measure by up to 10 points, with a reason. The contractor then has 14 days to comment; a leader makes the result final after that, or once the comments are in.
act-evaluation-comment = Comment on the result
act-evaluation-comment-says = Comment on the proposed result. The leader sees your comments before making it final.
act-evaluation-finalise = Make the result final
act-evaluation-finalise-says = The result is then frozen with its measures, weights and formula, and is proposed as the score of a milestone.
act-evaluation-withdraw = Withdraw the evaluation
act-evaluation-withdraw-says = Give the reason; the parties of the contract see it. Another evaluation can then be opened.
done-evaluation = The evaluation has been opened.
done-evaluation-assess = Your self-assessment has been sent.
done-evaluation-propose = The result has been proposed.
done-evaluation-comment = Your comments have been sent.
done-evaluation-finalise = The result is final.
done-evaluation-withdraw = The evaluation has been withdrawn.

event-evaluations-open = Evaluation opened
event-evaluations-assess = Self-assessment of the contractor
event-evaluations-propose = Result of an evaluation proposed
event-evaluations-comment = Comments on an evaluation
event-evaluations-finalise = Evaluation made final
event-evaluations-withdraw = Evaluation withdrawn
said-evaluation = Evaluation
said-from = From
said-to = To
said-measured_on = Measured on
said-assess_by = Self-assessment by
said-measures = Measures
said-measure = Measure
said-weight = Weight
said-count = Number counted
said-scores = Own scores
said-views = Own scores
said-adjustments = Adjustments
said-outcome = Result
said-formula = Formula
said-rating = Rating

email-kind-evaluation-waiting = Evaluation waiting
email-kind-evaluation-ended = Evaluation ended
mail-evaluation-waiting-subject = By { $due }: { $task } ({ $number })
mail-evaluation-waiting-body =
    { $name }: “{ $title }” ({ $number }) is being evaluated: please { $task_in_full } by { $due }.

    { $hint }
mail-evaluation-ended-subject = Evaluation { $state ->
    [final] final
   *[withdrawn] withdrawn
 } ({ $number })
mail-evaluation-ended-body =
    { $name }: the evaluation of “{ $title }” ({ $number }) { $state ->
        [final] is final
       *[withdrawn] has been withdrawn
    }. Note: { $reason }

    Sign in to see the result.
mail-task-in-full-assess_evaluation = assess your own work
mail-task-in-full-propose_evaluation = propose the result of the evaluation
mail-task-in-full-comment_evaluation = comment on the result of the evaluation
mail-task-in-full-finalise_evaluation = make the result of the evaluation final
mail-task-assess_evaluation = assess your own work
mail-task-propose_evaluation = propose the result of the evaluation
mail-task-comment_evaluation = comment on the result of the evaluation
mail-task-finalise_evaluation = make the result of the evaluation final
mail-hint-assess_evaluation = After that day the officer can propose the result without it.
mail-hint-propose_evaluation = Compare the computed measures with the contractor’s self-assessment, and give the reason for each adjustment.
mail-hint-comment_evaluation = After that day the leader can make the result final without your comments.
mail-hint-finalise_evaluation = Check the measures, the reasons for adjustments and the contractor’s comments. If the evaluation must be repeated, withdraw it with a reason.

evaluation-before-contract = The period must not begin before the contract starts on { $first }
evaluation-ends-before = The period must not end before it begins on { $from }
evaluation-after-contract = The period must not end after { $last }
evaluation-day-over = The last day for the self-assessment must not be before today ({ $today })
evaluation-overlaps = The period overlaps an evaluation of { $from } to { $to }. Choose another period, or withdraw that one first.
evaluation-not-heard = The contractor has not answered yet. This is possible once it has, or after { $day }.
evaluation-not-over = The period lasts until { $last }. The result can be made final once it is over.
evaluation-changed = The evaluation has changed since you opened this page. Open it again and check it before you make it final.
evaluation-no-data = There is no data for this measure, so it cannot be scored
evaluation-out-of-reach = { $computed } points were computed, and the score can move by at most { $most }
evaluation-reason-missing = Give the reason for adjusting this measure
evaluation-text-missing = Enter a text
evaluation-step-repeated = The same has been sent already. There is no need to send it again.
evaluation-state-is = This evaluation { $state ->
    [draft] waits for its proposal
    [proposed] is open for comments
    [final] is final
   *[withdrawn] was withdrawn
 }, so this is not possible

## Record of a contractor
record-title = Record of evaluations
record-empty = There is no final evaluation yet. The purchaser’s officer opens one on the contract’s page; it is listed here once it is final.
record-sum = Final evaluations: { $count }, { $mean } points on average.
record-trend-rising = The last year was better than the one before.
record-trend-level = The last year was as good as the one before.
record-trend-falling = The last year was worse than the one before.
record-years = Year
record-services = Service
record-counties = County
record-column-name = Name
record-column-count = Evaluations
record-column-mean = Mean score
record-evaluations = Each evaluation
record-hint = Final evaluations of this contractor: { $count }; the last result is { $last }.
record-hint-no-score = Final evaluations: { $count }, none of them with a score.
record-warning = Note: the last evaluation is below 60 points.
record-see = See the record
