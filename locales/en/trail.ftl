# How a figure came about, one sentence a step; a list inside a step has a sentence a row (…-row)
trail-days_late = Due on { $due_on }, counted up to { $stop }; { $held } days are not the contractor's delay: { $result } days late
trail-late_delivery = { $days_late } days late less { $grace_days } days of grace are { $days } days; at { $daily_rate } a day of { trail-base } ({ $base_amount } yuan){ $cap ->
    [none] {""}
   *[other] , at most { $cap } of it ({ $most } yuan)
 }: a penalty of { $result } yuan
trail-non_delivery = { $days_late } days late, more than { $after_days }, counts as not submitted; { $rate } of { trail-base } ({ $base_amount } yuan): a penalty of { $result } yuan
trail-quantity_shortfall = { $accepted } accepted of { $planned } agreed: short of { $short }, over the tolerance of { $tolerance }; { $rate } of the price of what is missing, at { $unit_price } yuan each: a penalty of { $result } yuan
trail-quality_shortfall = { $indicator } was measured at { $measured }; of the tiers ({ $tiers }) the highest that it is { $direction ->
    [at_least] below
   *[at_most] above
 }, of { trail-base } ({ $base_amount } yuan): a penalty of { $result } yuan
trail-quality_shortfall-row = { $beyond }: { $rate }
trail-low_score = The score is { $score }; of the tiers ({ $tiers }) the highest that it is below, of the gross of { $gross } yuan: a penalty of { $result } yuan
trail-low_score-row = below { $below }: { $rate }
trail-staffing = { $clients } clients, one worker for each { $clients_per_worker }, { $workers } workers on duty: { $short } missing at { $amount_per_worker } yuan each: a penalty of { $result } yuan
trail-incident = One incident, { $amount } yuan agreed: a penalty of { $result } yuan
trail-incident_rate = One incident, { $rate } of the contract's { $contract } yuan: a penalty of { $result } yuan
trail-charge = The penalty is { $amount } yuan, { $outside_cap ->
    [yes] outside the cap on penalties
   *[no] { $room ->
        [none] no cap being agreed
       *[other] { $room } yuan being left under the cap
    }
 }, { $satisfied_on ->
    [none] not settled yet
   *[other] settled on { $satisfied_on }
 }{ $waived_on ->
    [none] {""}
   *[other] , waived on { $waived_on }
 }: { $result } yuan charged
trail-gross = The milestone's agreed amount is { $amount } yuan: a gross of { $result } yuan
trail-gross_by_quantity = By accepted quantity ({ $deliverables }): a gross of { $result } yuan
trail-gross_by_quantity-row = { $deliverable }: { $accepted } accepted, at most { $planned } agreed, at { $unit_price } yuan
trail-unsatisfied = The milestone's conditions for payment are not met yet: { $result } yuan
trail-deductions = Penalties that this milestone bears ({ $charges ->
    [none] none
   *[other] { $charges }
 }) and { $carried } yuan carried over from the milestone before, at most the gross of { $gross } yuan: { $result } yuan deducted
trail-deductions-row = { $clause } · { $subject } { $charged } yuan
trail-payable = Gross { $gross } yuan less deductions { $deductions } yuan: { $result } yuan payable
trail-due_on = { $clock ->
    [none] No invoice has been received, so the time for payment is not running yet
   *[other] To be paid within { $payment_days } days of { $clock }, moved to the next working day if that is a day off: by { $result }
 }
trail-late_interest = Overdue ({ $overdue ->
    [none] nothing
   *[other] { $overdue }
 }) at { $daily_rate } a day: { $result } yuan of interest
trail-late_interest-row = { $from } to { $to }, { $days } days, { $owed } yuan each day
trail-quantity = Quantity: { $deliverables }: { $result }
trail-quantity-row = { $deliverable } { $accepted } accepted of { $planned } agreed at { $unit_price } yuan
trail-timeliness = Timeliness: { $points_per_late_day } points off for each day late, the mean of ({ $deliverables }): { $result }
trail-timeliness-row = { $deliverable } { $days_late } days late
trail-first_pass = Accepted first time: { $passed } of the { $decided } deliverables decided on were accepted at their first submission: { $result }
trail-quality = Quality: the mean over the indicators ({ $indicators }): { $result }
trail-quality-row = { $deliverable } · { $indicator } measured { $measured }, to be { $direction ->
    [at_least] at least
   *[at_most] at most
 } { $target }
trail-compliance = Compliance: off 100 points ({ $breaches }): { $result }
trail-compliance-row = { $count } { $severity ->
    [minor] minor
    [major] major
   *[critical] critical
 } breaches at { $points } points
trail-satisfaction = Satisfaction: the mean of the surveys { $surveys }: { $result }
trail-score = { $result ->
    [none] There is no data to judge by yet: no score
   *[other] The weighted mean of ({ $measures }): a score of { $result }
 }
trail-score-row = { $measure ->
    [quantity] quantity
    [timeliness] timeliness
    [first_pass] accepted first time
    [quality] quality
    [compliance] compliance
   *[satisfaction] satisfaction
 } { $value } × { $weight }
trail-rating = A score of { $score } is { $result ->
    [excellent] excellent
    [good] good
    [adequate] adequate
   *[poor] poor
 }
trail-base = { $base ->
    [deliverable] the deliverable's value
    [milestone] the milestone's amount
   *[contract] the contract's amount
 }
