import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('text', models.TextField()),
                ('signed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Generation',
            fields=[
                ('one', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('highest', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('one', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('peaks', models.BinaryField(default=bytes)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('job', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('found', models.IntegerField(default=0)),
                ('failed', models.CharField(blank=True, max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=64)),
                ('actor', models.CharField(max_length=40)),
                ('emergency', models.UUIDField(null=True)),
                ('subject', models.UUIDField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('taken_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=64)),
                ('actor', models.CharField(max_length=40)),
                ('emergency', models.UUIDField(null=True)),
                ('subject', models.UUIDField(null=True)),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('public_key', models.BinaryField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('staff_number', models.CharField(max_length=40, unique=True, verbose_name='staff number')),
                ('office', models.CharField(blank=True, max_length=120, verbose_name='office')),
                ('body', models.UUIDField(blank=True, null=True, verbose_name='body')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Birth',
            fields=[
                ('one', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('store', models.UUIDField(default=uuid.uuid4)),
                ('born_at', models.DateTimeField()),
                ('demo_factor', models.PositiveIntegerField(default=0, help_text='0: a real store. Else its time runs so many times faster.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('one', True)), name='birth_is_one')],
            },
        ),
        migrations.CreateModel(
            name='Canary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emergency', models.UUIDField(db_index=True)),
                ('key_batch', models.BigIntegerField()),
                ('category', models.CharField(max_length=24)),
                ('standard_version', models.CharField(max_length=64)),
                ('pack', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key_batch', 'category'), name='canary_once')],
            },
        ),
        migrations.CreateModel(
            name='ClockJump',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noticed_at', models.DateTimeField()),
                ('seconds', models.BigIntegerField()),
                ('first_by', models.CharField(blank=True, max_length=40)),
                ('second_by', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('second_by', ''), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), name='clock_jump_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Compartment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('emergency', models.UUIDField()),
                ('category', models.CharField(help_text='a Category; held ones are held:<category>', max_length=24)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('sealing', 'Sealing'), ('opening', 'Opening'), ('destroyed', 'Destroyed')], max_length=10)),
                ('suite', models.PositiveSmallIntegerField()),
                ('public_key', models.BinaryField()),
                ('blob', models.BinaryField(help_text='CVK, private key and index key, wrapped by the custody key', null=True)),
                ('created_at', models.DateTimeField()),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('emergency', 'category', 'version'), name='compartment_version'), models.UniqueConstraint(condition=models.Q(('state', 'sealing')), fields=('emergency', 'category'), name='compartment_one_sealing')],
            },
        ),
        migrations.CreateModel(
            name='KeyBatch',
            fields=[
                ('id', models.BigIntegerField(help_text='random, 63 bits; eight bytes big-endian in a pack', primary_key=True, serialize=False)),
                ('emergency', models.UUIDField()),
                ('standard_version', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('purpose', models.CharField(choices=[('birth', 'Birth'), ('strip', 'Strip'), ('hold', 'Hold'), ('request', 'Request')], default='birth', max_length=8)),
                ('writer', models.CharField(max_length=64)),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('used', models.PositiveIntegerField(help_text="leaves spent, the canary's included", null=True)),
                ('entries', models.PositiveIntegerField(help_text='rows counted once, at the close', null=True)),
                ('persons', models.PositiveIntegerField(null=True)),
                ('gone', models.PositiveIntegerField(default=0, help_text='entries taken out since the close')),
                ('gone_persons', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['emergency', 'day'], name='key_batch_by_day')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=64)),
                ('actor', models.CharField(max_length=40)),
                ('emergency', models.UUIDField(null=True)),
                ('subject', models.UUIDField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('body', models.BinaryField()),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['emergency', 'seq'], name='leaf_by_emergency'), models.Index(fields=['subject'], name='leaf_by_subject')],
            },
        ),
        migrations.CreateModel(
            name='ShiftCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('point', models.UUIDField()),
                ('body', models.UUIDField()),
                ('emergency', models.UUIDField()),
                ('code_hash', models.BinaryField(max_length=32, unique=True)),
                ('label', models.CharField(max_length=40, verbose_name='shift')),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('device_hash', models.BinaryField(max_length=32, null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('voids', models.PositiveSmallIntegerField(default=0)),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'shift code',
                'verbose_name_plural': 'shift codes',
            },
        ),
        migrations.CreateModel(
            name='Warrant',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('batch', 'Batch'), ('request', 'Request'), ('void', 'Void'), ('correction', 'Correction'), ('hold', 'Hold'), ('rekey', 'Rekey')], max_length=12)),
                ('emergency', models.UUIDField()),
                ('matter', models.UUIDField(help_text='the disposal batch, errand, request or hold it was written for')),
                ('manifest_hash', models.CharField(blank=True, max_length=64)),
                ('approvers', models.JSONField(default=list, help_text='staff numbers')),
                ('scope', models.JSONField(help_text='{"categories": [...]} or {"roots": [[batch, category]]} or {"leaves": [[batch, index, category]]}')),
                ('written_at', models.DateTimeField()),
                ('earliest', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'matter'), name='warrant_once_a_matter')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('intended_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('evidence', models.JSONField(default=dict)),
                ('warrant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destructions', to='pilifecycle.warrant')),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('collector', 'collector'), ('head_of_body', 'head of body'), ('emergency_officer', 'emergency officer'), ('protection_officer', 'protection officer'), ('approver', 'approver'), ('witness', 'witness'), ('auditor', 'auditor'), ('operator', 'operator')], max_length=24, verbose_name='role')),
                ('body', models.UUIDField(blank=True, null=True, verbose_name='body')),
                ('emergency', models.UUIDField(blank=True, null=True, verbose_name='emergency')),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='since')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'role of a person',
                'verbose_name_plural': 'roles of people',
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmed_by', None), ('proposed_by', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='grant_two_people')],
            },
        ),
        migrations.CreateModel(
            name='VaultRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emergency', models.UUIDField()),
                ('category', models.CharField(max_length=24)),
                ('state', models.CharField(choices=[('sealed', 'Sealed'), ('wrapped', 'Wrapped'), ('punctured', 'Punctured')], max_length=10)),
                ('ck_version', models.PositiveIntegerField()),
                ('suite', models.PositiveSmallIntegerField()),
                ('radix', models.PositiveSmallIntegerField(default=16)),
                ('depth', models.PositiveSmallIntegerField(default=4)),
                ('blob', models.BinaryField()),
                ('check_value', models.BinaryField()),
                ('key_batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='pilifecycle.keybatch')),
            ],
            options={
                'indexes': [models.Index(fields=['emergency', 'category'], name='vault_row_by_compartment')],
                'constraints': [models.UniqueConstraint(fields=('key_batch', 'category'), name='vault_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Puncture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_batch', models.BigIntegerField()),
                ('index', models.PositiveIntegerField()),
                ('category', models.CharField(max_length=24)),
                ('emergency', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('final_at', models.DateTimeField(null=True)),
                ('warrant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='punctures', to='pilifecycle.warrant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key_batch', 'index', 'category'), name='puncture_once')],
            },
        ),
    ]
