using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.People;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqlitePersonStore(SqliteDatabase database) : IPersonStore
{
    private const string CursorList = "people";
    private const string Columns = "id, via, email, name, role, domain, first_sign_in_at, last_sign_in_at";

    public Task<SignInOutcome> SignInAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            using var find = new SqliteStatement(connection, transaction, $"SELECT {Columns}, subject FROM people WHERE via = ?1 AND email_key = ?2");
            if (One(find, out var subject, signIn.Via, TextKey.Of(signIn.Email)) is not { } known)
            {
                var newcomer = new Person
                {
                    Id = Guid.CreateVersion7(now).ToString(),
                    Via = signIn.Via,
                    Email = signIn.Email,
                    Name = signIn.Name,
                    Role = RoleOf(connection, transaction, signIn, signIn.Newcomer),
                    Domain = signIn.Domain,
                    FirstSignInAt = Milliseconds(now),
                    LastSignInAt = Milliseconds(now),
                };
                Insert(connection, transaction, newcomer, signIn.Subject);
                return new SignInOutcome(SignInStatus.FirstTime, newcomer);
            }

            if (subject is not null && subject != signIn.Subject)
            {
                return new SignInOutcome(SignInStatus.OtherAccount, known);
            }

            var person = known with
            {
                Email = signIn.Email,
                Name = signIn.Name,
                Role = RoleOf(connection, transaction, signIn, known.Role),
                Domain = signIn.Domain,
                LastSignInAt = Milliseconds(now),
            };
            Update(connection, transaction, person, signIn.Subject);
            return new SignInOutcome(SignInStatus.Again, person);
        },
        cancellationToken);

    public Task<Person?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => Find(connection, null, id), cancellationToken);

    public Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var after = page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor);
            using var list = new SqliteStatement(connection, null, $"SELECT {Columns} FROM people WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2");
            using var row = list.Query(after, page.Limit + 1);
            var people = new List<Person>();
            while (row.Read())
            {
                people.Add(Read(row));
            }

            return Cursor.Page(CursorList, people, page.Limit, person => person.Id);
        },
        cancellationToken);

    public Task<PersonChange> ChangeRoleAsync(string id, Role role, CancellationToken cancellationToken) => ChangeAsync(
        id,
        keepsAdmin: role == Role.Admin,
        (connection, transaction) =>
        {
            using var change = new SqliteStatement(connection, transaction, "UPDATE people SET role = ?2 WHERE id = ?1");
            change.Execute(id, Word(role));
        },
        cancellationToken);

    public Task<PersonChange> RemoveAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        keepsAdmin: false,
        (connection, transaction) =>
        {
            using var remove = new SqliteStatement(connection, transaction, "DELETE FROM people WHERE id = ?1");
            remove.Execute(id);
        },
        cancellationToken);

    private Task<PersonChange> ChangeAsync(
        string id, bool keepsAdmin, Action<SqliteConnection, SqliteTransaction> change, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, transaction) =>
        {
            if (Find(connection, transaction, id) is not { } person)
            {
                return new PersonChange(PersonChangeStatus.NotFound, null);
            }

            if (person.Role == Role.Admin && !keepsAdmin && Admins(connection, transaction, person.Via) == 1)
            {
                return new PersonChange(PersonChangeStatus.LastAdmin, person);
            }

            change(connection, transaction);
            return new PersonChange(PersonChangeStatus.Done, person);
        },
        cancellationToken);

    private static Role RoleOf(SqliteConnection connection, SqliteTransaction transaction, SignIn signIn, Role otherwise) =>
        signIn.Fixed ?? (Admins(connection, transaction, signIn.Via) == 0 ? Role.Admin : otherwise);

    private static long Admins(SqliteConnection connection, SqliteTransaction transaction, string via)
    {
        using var count = new SqliteStatement(connection, transaction, "SELECT count(*) FROM people WHERE via = ?1 AND role = 'admin'");
        return (long)count.Scalar(via)!;
    }

    private static void Insert(SqliteConnection connection, SqliteTransaction transaction, Person person, string? subject)
    {
        using var insert = new SqliteStatement(connection, transaction, $"""
            INSERT INTO people ({Columns}, email_key, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        insert.Execute(
            person.Id,
            person.Via,
            person.Email,
            person.Name,
            Word(person.Role),
            person.Domain,
            person.FirstSignInAt.ToUnixTimeMilliseconds(),
            person.LastSignInAt.ToUnixTimeMilliseconds(),
            TextKey.Of(person.Email),
            subject);
    }

    private static void Update(SqliteConnection connection, SqliteTransaction transaction, Person person, string? subject)
    {
        using var update = new SqliteStatement(connection, transaction, """
            UPDATE people SET email = ?2, name = ?3, role = ?4, domain = ?5, subject = ?6, last_sign_in_at = ?7 WHERE id = ?1
            """);
        update.Execute(person.Id, person.Email, person.Name, Word(person.Role), person.Domain, subject, person.LastSignInAt.ToUnixTimeMilliseconds());
    }

    private static Person? Find(SqliteConnection connection, SqliteTransaction? transaction, string id)
    {
        using var find = new SqliteStatement(connection, transaction, $"SELECT {Columns}, subject FROM people WHERE id = ?1");
        return One(find, out _, id);
    }

    private static Person? One(SqliteStatement find, out string? subject, params ReadOnlySpan<object?> values)
    {
        using var row = find.Query(values);
        if (!row.Read())
        {
            subject = null;
            return null;
        }

        subject = row.IsDBNull(8) ? null : row.GetString(8);
        return Read(row);
    }

    private static Person Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Via = row.GetString(1),
        Email = row.GetString(2),
        Name = row.GetString(3),
        Role = Enum.Parse<Role>(row.GetString(4), ignoreCase: true),
        Domain = row.IsDBNull(5) ? null : row.GetString(5),
        FirstSignInAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        LastSignInAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
    };

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    // As it will be read.
    private static DateTimeOffset Milliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
