"""The database: its locks, its disk, its time."""

from monitoring.model import Alert, Case, at_least, histogram

_I = 'job="nova",instance="a:3000"'

DATABASE = (
    Alert(
        name="NovaDatabaseLocked",
        component="database",
        severity="warning",
        expr='sum by (job, instance) (increase(nova_db_errors_total{job="nova",type="locked"}[10m])) > {threshold}',
        threshold=2,
        hold="1m",
        dashboard="messaging",
        summary="The database is locked by another program",
        description="{instance} could not get at the database {value} times within ten minutes.",
        meaning="Another program holds SQLite's write lock for more than five seconds at a time.",
        impact="Messages are refused and wait in the browsers; reading continues.",
        diagnosis=(("Since when?", 'increase(nova_db_errors_total{type="locked"}[10m])'),),
        mitigation=(
            "Find the program: `fuser data/nova.db` or `lsof data/nova.db`. Often a backup or an open shell.",
            "Make backups by `nova backup FILE`: it holds no lock that stops Nova. Never copy the files by hand.",
            "`sqlite3 nova.db '.backup …'` begins again at each commit of Nova and never ends on a busy server.",
        ),
        case=Case(
            {f'nova_db_errors_total{{{_I},type="locked"}}': (0, 0.5)},
            edge={f'nova_db_errors_total{{{_I},type="locked"}}': (0, 0.19)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5",
        ),
    ),
    Alert(
        name="NovaDatabaseFull",
        component="database",
        severity="critical",
        expr='sum by (job, instance) (increase(nova_db_errors_total{job="nova",type="full"}[10m])) > {threshold}',
        threshold=0,
        hold="0m",
        dashboard="messaging",
        summary="The database's disk is full",
        description="{instance} could not store {value} times: no room.",
        meaning="SQLite reported a full disk.",
        impact="Nothing can be stored. Messages wait in the browsers.",
        diagnosis=(
            ("How much space is free?", 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'),
            ("How large is the database?", "nova_db_size_bytes"),
        ),
        mitigation=(
            "Free space on the disk of NOVA_DATA_DIR; Nova continues automatically.",
            "Files of posts are in uploads/; the quota is NOVA_UPLOAD_QUOTA_MB.",
        ),
        case=Case(
            {f'nova_db_errors_total{{{_I},type="full"}}': (0, 0.5)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5",
        ),
    ),
    Alert(
        name="NovaDatabaseSlow",
        component="database",
        severity="warning",
        expr='histogram_quantile(0.95, sum by (job, instance, operation, le) (rate(nova_db_query_duration_seconds_bucket{job="nova"}[5m]))) > {threshold} and on (job, instance, operation) '
        + at_least("nova_db_query_duration_seconds", "job, instance, operation", "5m"),
        threshold=0.5,
        hold="10m",
        shows="humanizeDuration",
        dashboard="messaging",
        summary="The database is slow",
        description="On {instance} one {operation} in twenty takes longer than {value}.",
        meaning="A commit syncs the disk; a read usually takes less than a millisecond.",
        impact="Rows stay at Sending, pages load slowly.",
        diagnosis=(
            ("Is the disk busy?", "rate(node_disk_io_time_seconds_total[5m])"),
            ("Do commits grow?", "rate(nova_db_commit_size_sum[5m]) / rate(nova_db_commit_size_count[5m])"),
        ),
        mitigation=(
            "Another program on the same disk? Move one of them.",
            "Do not keep SQLite on a network file system.",
        ),
        case=Case(
            histogram("nova_db_query_duration_seconds", f'{_I},operation="commit"', 0.005, 1.0),
            edge=histogram("nova_db_query_duration_seconds", f'{_I},operation="commit"', 0.005, 0.5),
            labels={"job": "nova", "instance": "a:3000", "operation": "commit"},
            value="975ms",
        ),
    ),
    Alert(
        name="NovaWritesWaiting",
        component="database",
        severity="warning",
        expr='nova_db_writes_waiting{job="nova"} > {threshold}',
        threshold=5000,
        hold="2m",
        dashboard="messaging",
        summary="Writes pile up",
        description="On {instance} {value} writes wait for their commit.",
        meaning="More is written than the disk can take; at 50,000 waiting writes new messages are refused at once.",
        impact="Acks come late.",
        diagnosis=(
            (
                "How long do commits take?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="commit"}[5m])))',
            ),
        ),
        mitigation=("See NovaDatabaseSlow.", "Who sends so much? NOVA_SEND_RATE bounds an account."),
        case=Case(
            {f"nova_db_writes_waiting{{{_I}}}": (3, 5001)},
            edge={f"nova_db_writes_waiting{{{_I}}}": (3, 5000)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5.001k",
        ),
    ),
    Alert(
        name="NovaDbPoolExhausted",
        component="database",
        severity="warning",
        expr='nova_db_pool_connections{job="nova",state="in_use"} / ignoring (state) nova_db_pool_max_connections{job="nova"} > {threshold}',
        threshold=0.9,
        shows="humanizePercentage",
        dashboard="api",
        summary="All readers of the database are busy",
        description="{value} of the read connections of {instance} are in use at every scrape.",
        meaning="Reads are slow or too many.",
        impact="Reading waits.",
        diagnosis=(
            (
                "How long do reads take?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="read"}[5m])))',
            ),
        ),
        mitigation=("See NovaDatabaseSlow and NovaSearchSlow.",),
        case=Case(
            {
                f'nova_db_pool_connections{{{_I},state="in_use"}}': (0, 4),
                f"nova_db_pool_max_connections{{{_I}}}": (4, 4),
            },
            edge={
                f'nova_db_pool_connections{{{_I},state="in_use"}}': (0, 3),
                f"nova_db_pool_max_connections{{{_I}}}": (4, 4),
            },
            labels={"job": "nova", "instance": "a:3000"},
            value="100%",
        ),
    ),
    Alert(
        name="NovaBackupStale",
        component="database",
        severity="warning",
        expr='time() - max by (job) (nova_backup_last_success_timestamp_seconds{job="nova"}) > {threshold}',
        threshold=26 * 3600,
        hold="30m",
        shows="humanizeDuration",
        summary="No backup was made for more than a day",
        description="The last successful backup is {value} old.",
        meaning="`nova backup` has not succeeded for 26 hours, or never.",
        impact="If the disk fails now, everything since the last backup is lost.",
        diagnosis=(
            ("When was the last one?", "nova_backup_last_success_timestamp_seconds"),
            ("Is there room?", 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'),
        ),
        mitigation=(
            "`systemctl status nova-backup.timer nova-backup.service` and `journalctl -u nova-backup` say what failed.",
            "Make one by hand, as the user that Nova runs as: `nova backup FILE`. It says in one line what is wrong.",
            "No timer yet? docs/how-to/backup.md tells how to install the one in deploy/.",
        ),
        case=Case(
            {f"nova_backup_last_success_timestamp_seconds{{{_I}}}": (0, -95_000)},
            edge={f"nova_backup_last_success_timestamp_seconds{{{_I}}}": (0, -88_000)},
            labels={"job": "nova"},
            value="1d 3h 52m 20s",
        ),
    ),
)
