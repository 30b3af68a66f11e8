//! Diesel's table definitions, the same for both engines. A test compares them with the migrated databases.

diesel::table! {
    account_changes (id) {
        id -> BigInt,
        public_id -> Text,
        contractor_id -> BigInt,
        account_name -> Text,
        account_bank -> Text,
        account_number -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        proposed_for -> Nullable<BigInt>,
    }
}

diesel::table! {
    administrator_requests (person_id, kind) {
        person_id -> BigInt,
        kind -> Text,
        requested_by -> BigInt,
        requested_at -> Timestamp,
        subject -> Nullable<Text>,
    }
}

diesel::table! {
    approval_chains (id) {
        id -> BigInt,
        public_id -> Text,
        funder_id -> BigInt,
        subject -> Text,
        steps -> Text,
        from_on -> Date,
        document_no -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    approval_rules (id) {
        id -> BigInt,
        public_id -> Text,
        funder_id -> BigInt,
        amount_fen -> BigInt,
        approvers -> BigInt,
        from_on -> Date,
        document_no -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    appropriations (id) {
        id -> BigInt,
        public_id -> Text,
        year -> Integer,
        bureau_id -> BigInt,
        line -> Text,
        economic -> Text,
        project -> Text,
        document_no -> Text,
        source -> Text,
        amount_fen -> BigInt,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        proposed_for -> Nullable<BigInt>,
        search_key -> Nullable<Text>,
        reclaimed_fen -> Nullable<BigInt>,
        reserved_fen -> Nullable<BigInt>,
    }
}

diesel::table! {
    budget_changes (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        from_id -> BigInt,
        to_id -> Nullable<BigInt>,
        amount_fen -> Nullable<BigInt>,
        document_no -> Text,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        opened_by -> Nullable<BigInt>,
        opened_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    change_requests (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        kind -> Text,
        body -> Text,
        reason -> Text,
        state -> Text,
        requested_by -> BigInt,
        requested_for -> Nullable<BigInt>,
        requested_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        decision_note -> Text,
        endorsed_by -> Nullable<BigInt>,
        endorsed_for -> Nullable<BigInt>,
        endorsed_at -> Nullable<Timestamp>,
        endorsement -> Nullable<Text>,
    }
}

diesel::table! {
    annexes (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        amendment_id -> Nullable<BigInt>,
        kind -> Text,
        title -> Text,
        internal -> Bool,
        added_by -> BigInt,
        added_for -> Nullable<BigInt>,
        added_at -> Timestamp,
        removed_by -> Nullable<BigInt>,
        removed_for -> Nullable<BigInt>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    amendment_steps (amendment_id, seq) {
        amendment_id -> BigInt,
        seq -> BigInt,
        action -> Text,
        person_id -> BigInt,
        for_id -> Nullable<BigInt>,
        at -> Timestamp,
        note -> Text,
    }
}

diesel::table! {
    amendments (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        base_version -> BigInt,
        ground -> Text,
        effective_on -> Date,
        reason -> Text,
        terms -> Text,
        details -> Text,
        hash -> Text,
        grows -> Bool,
        state -> Text,
    }
}

diesel::table! {
    breaches (contract_id, clause, subject) {
        contract_id -> BigInt,
        clause -> Text,
        subject -> Text,
        since -> Date,
        amount_fen -> BigInt,
        charged_fen -> BigInt,
        waived -> Bool,
        accruing -> Bool,
        settled_in -> Text,
        found_at -> Timestamp,
    }
}

diesel::table! {
    calendar_feeds (person_id) {
        person_id -> BigInt,
        nonce -> Text,
        token_hash -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    calendar_imports (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        year -> Integer,
        version -> BigInt,
        notice -> Text,
        holidays -> Text,
        workdays -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calendars (version) {
        version -> BigInt,
        year -> Integer,
        notice -> Text,
        holidays -> Text,
        workdays -> Text,
        imported_by -> BigInt,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    hash_chains (stream) {
        stream -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    commitments (id) {
        id -> BigInt,
        appropriation_id -> BigInt,
        contract_id -> BigInt,
        amount_fen -> BigInt,
        committed_at -> Timestamp,
        released_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    contract_access (organisation_id, contract_id) {
        organisation_id -> BigInt,
        contract_id -> BigInt,
        state -> Text,
        year -> Integer,
        next_task_on -> Date,
    }
}

diesel::table! {
    contract_pairs (pair, contract_id) {
        pair -> Text,
        contract_id -> BigInt,
    }
}

diesel::table! {
    contract_terms (contract_id, version) {
        contract_id -> BigInt,
        version -> BigInt,
        effective_on -> Date,
        terms -> Text,
        details -> Text,
        hash -> Text,
        recorded_by -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    contractor_pairs (pair, contractor_id) {
        pair -> Text,
        contractor_id -> BigInt,
    }
}

diesel::table! {
    contractors (organisation_id) {
        organisation_id -> BigInt,
        credit_code -> Text,
        kind -> Text,
        sme -> Bool,
        name_key -> Text,
        qualifications -> Text,
        account_name -> Text,
        account_bank -> Text,
        account_number -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    contracts (id) {
        id -> BigInt,
        public_id -> Text,
        number -> Text,
        title -> Text,
        purchaser_id -> BigInt,
        funder_id -> BigInt,
        contractor_id -> BigInt,
        region_id -> BigInt,
        appropriation_id -> Nullable<BigInt>,
        regime -> Text,
        method -> Text,
        plan_no -> Text,
        award_on -> Nullable<Date>,
        signed_on -> Nullable<Date>,
        published_on -> Nullable<Date>,
        state -> Text,
        version -> BigInt,
        terms_version -> BigInt,
        amount_fen -> BigInt,
        year -> Integer,
        starts_on -> Date,
        ends_on -> Date,
        next_change -> Date,
        next_task_on -> Date,
        fact_seq -> BigInt,
        fact_hash -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
        recorded_at -> Timestamp,
        calendar_version -> Nullable<BigInt>,
        number_key -> Nullable<Text>,
        services -> Nullable<Text>,
    }
}

diesel::table! {
    delegations (id) {
        id -> BigInt,
        public_id -> Text,
        seat_id -> BigInt,
        deputy_id -> BigInt,
        from_on -> Date,
        until_on -> Date,
        created_by -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    documents (code) {
        code -> Text,
        contract_id -> BigInt,
        kind -> Text,
        as_of -> Date,
        fingerprint -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    contract_templates (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> Nullable<BigInt>,
        name -> Text,
        fields -> Text,
        is_retired -> Bool,
        saved_by -> BigInt,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    drafts (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        contract_id -> Nullable<BigInt>,
        contract_version -> BigInt,
        fields -> Text,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        changed_by -> BigInt,
        changed_at -> Timestamp,
        amends_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    tasks (id) {
        id -> BigInt,
        contract_id -> BigInt,
        kind -> Text,
        subject -> Text,
        organisation_id -> BigInt,
        role -> Text,
        due_on -> Date,
        alert_on -> Date,
        since -> Date,
    }
}

diesel::table! {
    evaluation_steps (evaluation_id, seq) {
        evaluation_id -> BigInt,
        seq -> BigInt,
        action -> Text,
        person_id -> BigInt,
        for_id -> Nullable<BigInt>,
        at -> Timestamp,
        note -> Text,
    }
}

diesel::table! {
    evaluations (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        contractor_id -> BigInt,
        region_id -> BigInt,
        from_on -> Date,
        to_on -> Date,
        measured_on -> Date,
        inputs -> Text,
        services -> Text,
        state -> Text,
        answer_by -> Date,
        views -> Text,
        adjustments -> Text,
        outcome -> Nullable<Text>,
        score -> Nullable<Text>,
    }
}

diesel::table! {
    events (stream, seq) {
        stream -> Text,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        for_id -> Nullable<BigInt>,
        action -> Text,
        object -> Text,
        body -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    facts (contract_id, seq) {
        contract_id -> BigInt,
        seq -> BigInt,
        kind -> Text,
        on_day -> Date,
        recorded_at -> Timestamp,
        actor_id -> BigInt,
        for_id -> Nullable<BigInt>,
        body -> Text,
        words -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        public_id -> Text,
        storage_key -> Text,
        name -> Text,
        media_type -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        hash_alg -> Text,
        flags -> Text,
        state -> Text,
        owner_id -> BigInt,
        contract_id -> BigInt,
        kind -> Text,
        subject -> Text,
        no -> Integer,
        uploaded_by -> BigInt,
        uploaded_at -> Timestamp,
        shown_key -> Nullable<Text>,
        shown_bytes -> Nullable<BigInt>,
        shown_sha256 -> Nullable<Text>,
    }
}

diesel::table! {
    guarantee_claims (id) {
        id -> BigInt,
        guarantee_id -> BigInt,
        amount_fen -> BigInt,
        purpose -> Text,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_for -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        decision_note -> Text,
    }
}

diesel::table! {
    guarantees (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        kind -> Text,
        amount_fen -> BigInt,
        issuer -> Text,
        issuer_key -> Text,
        number -> Text,
        number_key -> Text,
        valid_from -> Date,
        valid_until -> Date,
        return_on -> Date,
        state -> Text,
        recorded_by -> BigInt,
        recorded_for -> Nullable<BigInt>,
        recorded_at -> Timestamp,
        returned_on -> Nullable<Date>,
        returned_by -> Nullable<BigInt>,
        returned_for -> Nullable<BigInt>,
        returned_at -> Nullable<Timestamp>,
        return_note -> Text,
    }
}

diesel::table! {
    idempotency (person_id, request_key) {
        person_id -> BigInt,
        request_key -> Text,
        request_hash -> Text,
        answer -> Text,
        created_at -> Timestamp,
        signature -> Nullable<Text>,
    }
}

diesel::table! {
    invoice_numbers (number_key, colour, seller_id) {
        number_key -> Text,
        colour -> Text,
        seller_id -> BigInt,
        contract_id -> BigInt,
        milestone -> Text,
        no -> Integer,
    }
}

diesel::table! {
    kept_files (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        form -> Text,
        storage_key -> Text,
        name -> Text,
        media_type -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        hash_alg -> Text,
        flags -> Text,
        shown_key -> Nullable<Text>,
        shown_bytes -> Nullable<BigInt>,
        shown_sha256 -> Nullable<Text>,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    kept_forms (public_id) {
        public_id -> Text,
        person_id -> BigInt,
        path -> Text,
        fields -> Text,
        created_at -> Timestamp,
        ends_at -> Timestamp,
        is_unsent -> Bool,
    }
}

diesel::table! {
    emails (id) {
        id -> BigInt,
        public_id -> Text,
        message_id -> Text,
        kind -> Text,
        contract_id -> BigInt,
        subject_key -> Text,
        person_id -> BigInt,
        due_on -> Date,
        address -> Text,
        language -> Text,
        subject -> Text,
        body -> Text,
        html -> Text,
        state -> Text,
        attempts -> Integer,
        next_try_at -> Timestamp,
        leased_until -> Timestamp,
        answer -> Text,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        signature -> Nullable<Text>,
        read_at -> Nullable<Timestamp>,
        post_state -> Nullable<Text>,
        post_attempts -> Nullable<Integer>,
        post_next_at -> Nullable<Timestamp>,
        post_answer -> Nullable<Text>,
    }
}

diesel::table! {
    bounced_addresses (person_id) {
        person_id -> BigInt,
        address -> Text,
        answer -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    mail_templates (kind, language) {
        kind -> Text,
        language -> Text,
        subject -> Text,
        body -> Text,
    }
}

diesel::table! {
    notice_choices (person_id) {
        person_id -> BigInt,
        ways -> Text,
        digest_hour -> Integer,
        is_quiet -> Bool,
    }
}

diesel::table! {
    ledger_imports (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        funder_id -> BigInt,
        name -> Text,
        sha256 -> Text,
        content -> Nullable<Text>,
        contracts -> BigInt,
        facts -> BigInt,
        amount_fen -> BigInt,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    saved_views (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        list -> Text,
        name -> Text,
        name_key -> Text,
        filters -> Text,
    }
}

diesel::table! {
    ledger_balances (contract_id, appropriation_id) {
        contract_id -> BigInt,
        appropriation_id -> BigInt,
        last_seq -> BigInt,
        as_of -> Nullable<Date>,
        unassigned_fen -> BigInt,
        reserved_fen -> BigInt,
        committed_fen -> BigInt,
        earned_fen -> BigInt,
        held_fen -> BigInt,
        deducted_fen -> BigInt,
        payable_fen -> BigInt,
        paid_fen -> BigInt,
        interest_fen -> BigInt,
        recovered_fen -> BigInt,
        released_fen -> BigInt,
        from_year -> Nullable<Integer>,
    }
}

diesel::table! {
    ledger_postings (id) {
        id -> BigInt,
        appropriation_id -> BigInt,
        contract_id -> Nullable<BigInt>,
        seq -> BigInt,
        day -> Date,
        debit -> Text,
        credit -> Text,
        amount_fen -> BigInt,
        cause -> Text,
        cause_seq -> Nullable<BigInt>,
    }
}

diesel::table! {
    links (token_hash) {
        token_hash -> Text,
        person_id -> BigInt,
        purpose -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        signature -> Nullable<Text>,
        password_digest -> Nullable<Text>,
    }
}

diesel::table! {
    loan_rates (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        from_on -> Date,
        hundredths -> BigInt,
        source -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    matter_answers (id) {
        id -> BigInt,
        matter_id -> BigInt,
        organisation_id -> BigInt,
        text -> Text,
        entered_by -> BigInt,
        entered_for -> Nullable<BigInt>,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    matters (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        organisation_id -> BigInt,
        addressee_id -> Nullable<BigInt>,
        title -> Text,
        text -> Text,
        on_day -> Date,
        due_on -> Nullable<Date>,
        state -> Text,
        closing -> Text,
        entered_by -> BigInt,
        entered_for -> Nullable<BigInt>,
        entered_at -> Timestamp,
        closed_by -> Nullable<BigInt>,
        closed_for -> Nullable<BigInt>,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        organisation_id -> BigInt,
        about -> Text,
        text -> Text,
        sent_by -> BigInt,
        sent_for -> Nullable<BigInt>,
        sent_at -> Timestamp,
    }
}

diesel::table! {
    unread_messages (person_id, contract_id, message_id) {
        person_id -> BigInt,
        contract_id -> BigInt,
        message_id -> BigInt,
    }
}

diesel::table! {
    milestones (contract_id, code) {
        contract_id -> BigInt,
        code -> Text,
        place -> Integer,
        satisfied_on -> Date,
        gross_fen -> BigInt,
        deductions_fen -> BigInt,
        payable_fen -> BigInt,
        due_on -> Date,
        paid_fen -> BigInt,
        expected_on -> Nullable<Date>,
        expected_fen -> Nullable<BigInt>,
    }
}

diesel::table! {
    objections (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        against -> Text,
        subject -> Text,
        text -> Text,
        fact_seq -> Nullable<BigInt>,
        deciders -> Text,
        state -> Text,
        raised_by -> BigInt,
        raised_for -> Nullable<BigInt>,
        raised_at -> Timestamp,
        answered_by -> Nullable<BigInt>,
        answered_for -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        answer -> Text,
    }
}

diesel::table! {
    opinions (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        deliverable -> Text,
        code_hash -> Text,
        expires_on -> Date,
        issued_by -> BigInt,
        issued_for -> Nullable<BigInt>,
        issued_at -> Timestamp,
        answered_on -> Nullable<Date>,
        received -> Nullable<Bool>,
        satisfaction -> Nullable<Text>,
        remark -> Nullable<Text>,
    }
}

diesel::table! {
    organisations (id) {
        id -> BigInt,
        public_id -> Text,
        code -> Text,
        name -> Text,
        function -> Text,
        region_id -> Nullable<BigInt>,
        search_key -> Nullable<Text>,
    }
}

diesel::table! {
    payment_steps (payment_id, seq) {
        payment_id -> BigInt,
        seq -> BigInt,
        action -> Text,
        person_id -> BigInt,
        for_id -> Nullable<BigInt>,
        at -> Timestamp,
        note -> Text,
    }
}

diesel::table! {
    payments (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        milestone -> Text,
        amount_fen -> BigInt,
        state -> Text,
        requested_at -> Timestamp,
        voucher -> Text,
        paid_on -> Nullable<Date>,
        account -> Text,
        kind -> Nullable<Text>,
        borne_by -> Nullable<BigInt>,
        reversed_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        public_id -> Text,
        username -> Text,
        name -> Text,
        email -> Text,
        language -> Text,
        password_hash -> Text,
        token_version -> BigInt,
        totp_secret -> Nullable<Text>,
        totp_step -> BigInt,
        disabled -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    provider_identities (person_id, issuer) {
        person_id -> BigInt,
        issuer -> Text,
        subject -> Text,
        bound_by -> Nullable<BigInt>,
        bound_at -> Timestamp,
    }
}

diesel::table! {
    publications (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        notice_url -> Text,
        notice_on -> Date,
        review -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_for -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        decision_note -> Text,
        withdrawn_by -> Nullable<BigInt>,
        withdrawn_for -> Nullable<BigInt>,
        withdrawn_at -> Nullable<Timestamp>,
        withdrawal_note -> Text,
    }
}

diesel::table! {
    purchase_plans (id) {
        id -> BigInt,
        public_id -> Text,
        appropriation_id -> BigInt,
        number -> Text,
        number_key -> Text,
        title -> Text,
        amount_fen -> BigInt,
        reserved_fen -> BigInt,
        state -> Text,
        contract_id -> Nullable<BigInt>,
        planned_by -> BigInt,
        planned_for -> Nullable<BigInt>,
        planned_at -> Timestamp,
    }
}

diesel::table! {
    record_batches (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        recorded_by -> BigInt,
        recorded_for -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    recoveries (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        kind -> Text,
        state -> Text,
        amount_fen -> BigInt,
        reason -> Text,
        due_on -> Nullable<Date>,
        received_on -> Nullable<Date>,
        funder_id -> BigInt,
        receipt -> Nullable<Text>,
        receipt_key -> Nullable<Text>,
        recorded_by -> BigInt,
        recorded_for -> Nullable<BigInt>,
        recorded_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_for -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        decision_note -> Text,
    }
}

diesel::table! {
    recovery_codes (person_id, code_hash) {
        person_id -> BigInt,
        code_hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    regions (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        path -> Text,
        parent_id -> Nullable<BigInt>,
        search_key -> Nullable<Text>,
    }
}

diesel::table! {
    register_version (id) {
        id -> BigInt,
        version -> Text,
    }
}

diesel::table! {
    row_heads (stream) {
        stream -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    row_records (stream, seq) {
        stream -> Text,
        seq -> BigInt,
        at -> Timestamp,
        body -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    sealed_heads (kind, stream) {
        kind -> Text,
        stream -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    seals (day) {
        day -> Date,
        digest -> Text,
        signature -> Text,
        key_id -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    seats (id) {
        id -> BigInt,
        person_id -> BigInt,
        organisation_id -> BigInt,
        role -> Text,
        from_on -> Date,
        until_on -> Date,
    }
}

diesel::table! {
    service_records (id) {
        id -> BigInt,
        public_id -> Text,
        batch_id -> BigInt,
        contract_id -> BigInt,
        on_day -> Date,
        item -> Text,
        deliverable -> Text,
        place -> Text,
        station_id -> BigInt,
        worker -> Text,
        subject -> Text,
        group_size -> Integer,
        minutes -> Integer,
        note -> Text,
        repeat_key -> Nullable<Text>,
        state -> Text,
        decided_by -> Nullable<BigInt>,
        decided_for -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        reason -> Text,
    }
}

diesel::table! {
    services (id) {
        id -> BigInt,
        public_id -> Text,
        code -> Text,
        name -> Text,
        unit -> Text,
        standard -> Text,
        basis -> Text,
        search_key -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        public_id -> Text,
        person_id -> BigInt,
        token_version -> BigInt,
        agent -> Text,
        address -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        ends_at -> Timestamp,
        proved_at -> Nullable<Timestamp>,
        signed_in_by -> Nullable<Text>,
    }
}

diesel::table! {
    signed_scans (annex_id) {
        annex_id -> BigInt,
        contract_id -> BigInt,
        document -> Text,
        code -> Text,
        fingerprint -> Text,
        as_of -> Date,
    }
}

diesel::table! {
    statute_settings (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        rule -> Text,
        applies -> Bool,
        hundredths -> Nullable<BigInt>,
        from_on -> Date,
        source -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        days -> Nullable<BigInt>,
    }
}

diesel::table! {
    suspensions (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        step -> Text,
        on_day -> Date,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    undelivered (email_id) {
        email_id -> BigInt,
        contract_id -> BigInt,
        organisation_id -> BigInt,
    }
}

diesel::table! {
    vouchers (payer_id, year, voucher_key) {
        payer_id -> BigInt,
        year -> Integer,
        voucher_key -> Text,
        payment_id -> BigInt,
    }
}

diesel::table! {
    work_stations (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        name -> Text,
        name_key -> Text,
        address -> Text,
        keeper -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_for -> Nullable<BigInt>,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    station_funds (id) {
        id -> BigInt,
        public_id -> Text,
        work_station_id -> BigInt,
        organisation_id -> BigInt,
        year -> Integer,
        amount_fen -> BigInt,
        document_no -> Text,
        entered_by -> BigInt,
        entered_for -> Nullable<BigInt>,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    correction_groups (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        subject -> Text,
        subject_key -> Text,
        members -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_for -> Nullable<BigInt>,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    workers (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        name -> Text,
        role -> Text,
        certificate -> Text,
        certificate_until -> Nullable<Date>,
        from_on -> Date,
        until_on -> Nullable<Date>,
        replaces_id -> Nullable<BigInt>,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_for -> Nullable<BigInt>,
        proposed_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        warn_on -> Date,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    yearly_shares (id) {
        id -> BigInt,
        public_id -> Text,
        contract_id -> BigInt,
        from_year -> Integer,
        appropriation_id -> BigInt,
        assigned_by -> BigInt,
        assigned_for -> Nullable<BigInt>,
        assigned_at -> Timestamp,
    }
}

diesel::joinable!(account_changes -> organisations (contractor_id));
diesel::joinable!(appropriations -> organisations (bureau_id));
diesel::joinable!(amendment_steps -> amendments (amendment_id));
diesel::joinable!(amendments -> contracts (contract_id));
diesel::joinable!(annexes -> contracts (contract_id));
diesel::joinable!(budget_changes -> appropriations (from_id));
diesel::joinable!(change_requests -> contracts (contract_id));
diesel::joinable!(breaches -> contracts (contract_id));
diesel::joinable!(commitments -> appropriations (appropriation_id));
diesel::joinable!(commitments -> contracts (contract_id));
diesel::joinable!(contract_access -> organisations (organisation_id));
diesel::joinable!(contract_access -> contracts (contract_id));
diesel::joinable!(contract_pairs -> contracts (contract_id));
diesel::joinable!(calendar_feeds -> people (person_id));
diesel::joinable!(calendars -> people (imported_by));
diesel::joinable!(contract_terms -> contracts (contract_id));
diesel::joinable!(contract_terms -> people (recorded_by));
diesel::joinable!(contractors -> organisations (organisation_id));
diesel::joinable!(contracts -> regions (region_id));
diesel::joinable!(contracts -> appropriations (appropriation_id));
diesel::joinable!(contracts -> people (created_by));
diesel::joinable!(delegations -> seats (seat_id));
diesel::joinable!(documents -> contracts (contract_id));
diesel::joinable!(drafts -> organisations (organisation_id));
diesel::joinable!(drafts -> contracts (contract_id));
diesel::joinable!(tasks -> contracts (contract_id));
diesel::joinable!(tasks -> organisations (organisation_id));
diesel::joinable!(facts -> contracts (contract_id));
diesel::joinable!(evaluation_steps -> evaluations (evaluation_id));
diesel::joinable!(evaluations -> contracts (contract_id));
diesel::joinable!(evaluations -> regions (region_id));
diesel::joinable!(files -> organisations (owner_id));
diesel::joinable!(files -> contracts (contract_id));
diesel::joinable!(files -> people (uploaded_by));
diesel::joinable!(idempotency -> people (person_id));
diesel::joinable!(guarantee_claims -> guarantees (guarantee_id));
diesel::joinable!(guarantees -> contracts (contract_id));
diesel::joinable!(invoice_numbers -> organisations (seller_id));
diesel::joinable!(invoice_numbers -> contracts (contract_id));
diesel::joinable!(kept_files -> people (person_id));
diesel::joinable!(emails -> people (person_id));
diesel::joinable!(ledger_balances -> appropriations (appropriation_id));
diesel::joinable!(ledger_balances -> contracts (contract_id));
diesel::joinable!(ledger_postings -> appropriations (appropriation_id));
diesel::joinable!(ledger_postings -> contracts (contract_id));
diesel::joinable!(links -> people (person_id));
diesel::joinable!(matter_answers -> matters (matter_id));
diesel::joinable!(matter_answers -> organisations (organisation_id));
diesel::joinable!(messages -> contracts (contract_id));
diesel::joinable!(milestones -> contracts (contract_id));
diesel::joinable!(objections -> contracts (contract_id));
diesel::joinable!(opinions -> contracts (contract_id));
diesel::joinable!(organisations -> regions (region_id));
diesel::joinable!(publications -> contracts (contract_id));
diesel::joinable!(purchase_plans -> appropriations (appropriation_id));
diesel::joinable!(record_batches -> contracts (contract_id));
diesel::joinable!(recoveries -> contracts (contract_id));
diesel::joinable!(recovery_codes -> people (person_id));
diesel::joinable!(payment_steps -> payments (payment_id));
diesel::joinable!(saved_views -> people (person_id));
diesel::joinable!(payments -> contracts (contract_id));
diesel::joinable!(seats -> people (person_id));
diesel::joinable!(seats -> organisations (organisation_id));
diesel::joinable!(service_records -> contracts (contract_id));
diesel::joinable!(service_records -> organisations (station_id));
diesel::joinable!(service_records -> record_batches (batch_id));
diesel::joinable!(signed_scans -> annexes (annex_id));
diesel::joinable!(signed_scans -> contracts (contract_id));
diesel::joinable!(suspensions -> contracts (contract_id));
diesel::joinable!(undelivered -> contracts (contract_id));
diesel::joinable!(undelivered -> emails (email_id));
diesel::joinable!(unread_messages -> contracts (contract_id));
diesel::joinable!(vouchers -> organisations (payer_id));
diesel::joinable!(vouchers -> payments (payment_id));
diesel::joinable!(station_funds -> work_stations (work_station_id));
diesel::joinable!(workers -> contracts (contract_id));
diesel::joinable!(yearly_shares -> appropriations (appropriation_id));
diesel::joinable!(yearly_shares -> contracts (contract_id));
diesel::allow_columns_to_appear_in_same_group_by_clause!(contracts::purchaser_id, milestones::due_on);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    contracts::purchaser_id,
    milestones::satisfied_on,
    payments::paid_on
);
diesel::allow_columns_to_appear_in_same_group_by_clause!(contracts::appropriation_id, payments::paid_on);
diesel::allow_columns_to_appear_in_same_group_by_clause!(contracts::appropriation_id, payments::state);
diesel::allow_tables_to_appear_in_same_query!(
    account_changes,
    administrator_requests,
    amendment_steps,
    amendments,
    annexes,
    approval_chains,
    approval_rules,
    appropriations,
    bounced_addresses,
    budget_changes,
    change_requests,
    breaches,
    calendar_feeds,
    calendar_imports,
    calendars,
    hash_chains,
    commitments,
    contract_access,
    contract_pairs,
    contract_terms,
    contractor_pairs,
    contractors,
    contracts,
    delegations,
    documents,
    contract_templates,
    drafts,
    tasks,
    evaluation_steps,
    evaluations,
    events,
    facts,
    files,
    guarantee_claims,
    guarantees,
    idempotency,
    invoice_numbers,
    kept_files,
    kept_forms,
    emails,
    ledger_balances,
    ledger_imports,
    ledger_postings,
    links,
    loan_rates,
    matter_answers,
    matters,
    messages,
    mail_templates,
    milestones,
    notice_choices,
    objections,
    opinions,
    organisations,
    payment_steps,
    payments,
    people,
    provider_identities,
    publications,
    purchase_plans,
    record_batches,
    recoveries,
    recovery_codes,
    regions,
    register_version,
    row_heads,
    row_records,
    saved_views,
    sealed_heads,
    seals,
    seats,
    service_records,
    services,
    sessions,
    signed_scans,
    statute_settings,
    suspensions,
    undelivered,
    unread_messages,
    vouchers,
    correction_groups,
    station_funds,
    work_stations,
    workers,
    yearly_shares
);
