# How a figure came about, one sentence a step; a list inside a step has a sentence a row (…-row)
trail-days_late = Due on { $due_on }, counted up to { $stop }{ $held ->
    [0] {""}
    [one] , less { $held } day allowed to put it right
   *[other] , less { $held } days allowed to put it right
 }: { $result ->
    [one] { $result } day late
   *[other] { $result } days late
 }
trail-late_delivery = { $grace_days ->
    [0] {""}
    [one] { $days_late } days late, less { $grace_days } day of grace.{" "}
   *[other] { $days_late } days late, less { $grace_days } days of grace.{" "}
 }{ $days ->
    [one] { $days } day
   *[other] { $days } days
 } at { $daily_rate } of { trail-base } ({ $base_amount } yuan) a day{ $cap ->
    [none] {""}
   *[other] , at most { $cap } ({ $most } yuan)
 }: penalty { $result } yuan
trail-non_delivery = More than { $after_days } days late ({ $days_late } days), so it counts as not submitted and { $rate } of { trail-base } ({ $base_amount } yuan) applies: penalty { $result } yuan
trail-quantity_shortfall = { $accepted } of { $planned } accepted. { $short } are missing, more than the { $tolerance } tolerated, so { $rate } of their price ({ $unit_price } yuan each) applies: penalty { $result } yuan
trail-quality_shortfall = { $indicator }: { $measured } is { $direction ->
    [at_least] below
   *[at_most] above
 } { $limit }, so { $rate } of { trail-base } ({ $base_amount } yuan) applies: penalty { $result } yuan. Agreed tiers: { $tiers }
trail-quality_shortfall-row = { $beyond }: { $rate }
trail-low_score = A score of { $score } is below { $limit }, so { $rate } of { $gross } yuan applies: penalty { $result } yuan. Agreed tiers: { $tiers }
trail-low_score-row = below { $below }: { $rate }
trail-staffing = One worker is needed for every { $clients_per_worker } clients. With { $clients } clients and { $workers } on duty, { $short } are missing at { $amount_per_worker } yuan each: penalty { $result } yuan
trail-incident = Agreed penalty for an incident: { $amount } yuan. Penalty { $result } yuan
trail-incident_rate = An incident costs { $rate } of the contract’s { $contract } yuan: penalty { $result } yuan
trail-charge = Penalty { $amount } yuan{ $waived_on ->
    [none] { $satisfied_on ->
        [none] {""}
       *[other] , settled on { $satisfied_on }
    }
   *[other] , waived on { $waived_on }
 }. { $result ->
    [0.00] Nothing is charged
   *[other] Charged: { $result } yuan
 }{ $outside_cap ->
    [yes] {" "}(this clause is outside the cap)
   *[no] { $room ->
        [none] {""}
       *[other] {" "}(left under the cap: { $room } yuan)
    }
 }
trail-gross = Agreed amount: { $amount } yuan
trail-gross_by_quantity = Paid by accepted quantity ({ $deliverables }): { $result } yuan
trail-gross_by_quantity-row = { $deliverable }: { $accepted } accepted of { $planned }, { $unit_price } yuan each
trail-unsatisfied = Not yet due: { $result } yuan
trail-deductions = { $charges ->
    [none] { $carried ->
        [0.00] No deductions
       *[other] Carried over from the milestone before: { $carried } yuan. Deducted here, at most { $gross } yuan: { $result } yuan
    }
   *[other] Penalties: { $charges }. { $carried ->
        [0.00] {""}
       *[other] Carried over from the milestone before: { $carried } yuan.{" "}
    }Deducted here, at most { $gross } yuan: { $result } yuan
 }
trail-deductions-row = { $clause } · { $subject } { $charged } yuan
trail-payable = { $deductions ->
    [0.00] {""}
   *[other] { $gross } yuan less { $deductions } yuan.{" "}
 }Payable: { $result } yuan
trail-due_on = { $clock ->
    [none] No invoice has been received, so the time to pay has not started
   *[other] Pay by { $result }: { $payment_days } days after { $clock }, or the next working day
 }
trail-late_interest = { $overdue ->
    [none] Nothing is overdue. No interest
   *[other] Overdue at { $daily_rate } a day: { $overdue }. Interest: { $result } yuan
 }
trail-late_interest-row = { $from } to { $to }, { $days ->
    [one] { $days } day
   *[other] { $days } days
 } on { $owed } yuan
trail-quantity = Quantity: { $deliverables }: { $result }
trail-quantity-row = { $deliverable } { $accepted } accepted of { $planned }, { $unit_price } yuan each
trail-timeliness = Timeliness: { $points_per_late_day } points off for each day late. Mean of { $deliverables }: { $result }
trail-timeliness-row = { $deliverable } { $days_late ->
    [0] on time
    [one] { $days_late } day late
   *[other] { $days_late } days late
 }
trail-first_pass = Accepted first time: { $passed } of { $decided } deliverables: { $result }
trail-quality = Quality: mean of { $indicators }: { $result }
trail-quality-row = { $deliverable } · { $indicator } { $measured } ({ $direction ->
    [at_least] at least
   *[at_most] at most
 } { $target })
trail-compliance = Compliance: { $breaches ->
    [none] no breaches
   *[other] 100 less { $breaches }
 }: { $result }
trail-compliance-row = { $count ->
    [0] {""}
    [one] { $count } { $severity ->
        [minor] minor
        [major] major
       *[critical] critical
    } breach ({ $points } points)
   *[other] { $count } { $severity ->
        [minor] minor
        [major] major
       *[critical] critical
    } breaches ({ $points } points each)
 }
trail-satisfaction = Satisfaction: mean of the surveys { $surveys }: { $result }
trail-score = { $result ->
    [none] There is nothing to judge by yet: no score
   *[other] Score { $result }, the weighted mean of { $measures }
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
