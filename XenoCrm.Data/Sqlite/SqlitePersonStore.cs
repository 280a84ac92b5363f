using Microsoft.Data.Sqlite;
using XenoCrm.Core;
using XenoCrm.Core.People;
using XenoCrm.Core.Text;

namespace XenoCrm.Data.Sqlite;

internal sealed class SqlitePersonStore(SqliteDatabase database) : IPersonStore
{
    internal const string CountAdmins = "SELECT count(*) FROM people WHERE via = ?1 AND role = 'admin'";

    private const string CursorList = "people";
    private const string Columns = "id, via, email, name, role, domain, first_sign_in_at, last_sign_in_at";

    public Task<SignInOutcome> SignInAsync(SignIn signIn, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var (known, subject) = connection.Find(
                $"SELECT {Columns}, subject FROM people WHERE via = ?1 AND email_key = ?2",
                row => (Read(row), row.Text(8)),
                signIn.Via, TextKey.Of(signIn.Email));
            if (known is null)
            {
                var newcomer = new Person
                {
                    Id = Guid.CreateVersion7(now).ToString(),
                    Via = signIn.Via,
                    Email = signIn.Email,
                    Name = signIn.Name,
                    Role = RoleOf(connection, signIn, signIn.Newcomer),
                    Domain = signIn.Domain,
                    FirstSignInAt = Milliseconds(now),
                    LastSignInAt = Milliseconds(now),
                };
                Insert(connection, newcomer, signIn.Subject);
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
                Role = RoleOf(connection, signIn, known.Role),
                Domain = signIn.Domain,
                LastSignInAt = Milliseconds(now),
            };
            connection.Execute(
                "UPDATE people SET email = ?2, name = ?3, role = ?4, domain = ?5, subject = ?6, last_sign_in_at = ?7 WHERE id = ?1",
                person.Id, person.Email, person.Name, Word(person.Role), person.Domain, signIn.Subject, person.LastSignInAt);
            return new SignInOutcome(SignInStatus.Again, person);
        },
        cancellationToken);

    public Task<Person?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, id), cancellationToken);

    public Task<Page<Person>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var people = connection.List(
                $"SELECT {Columns} FROM people WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2",
                Read,
                page.Cursor is null ? null : Cursor.Decode(CursorList, page.Cursor), page.Limit + 1);
            return Cursor.Page(CursorList, people, page.Limit, person => person.Id);
        },
        cancellationToken);

    public Task<PersonChange> ChangeRoleAsync(string id, Role role, CancellationToken cancellationToken) => ChangeAsync(
        id,
        keepsAdmin: role == Role.Admin,
        connection => connection.Execute("UPDATE people SET role = ?2 WHERE id = ?1", id, Word(role)),
        cancellationToken);

    public Task<PersonChange> RemoveAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        keepsAdmin: false,
        connection => connection.Execute("DELETE FROM people WHERE id = ?1", id),
        cancellationToken);

    private Task<PersonChange> ChangeAsync(
        string id, bool keepsAdmin, Action<SqliteConnection> change, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (Find(connection, id) is not { } person)
            {
                return new PersonChange(PersonChangeStatus.NotFound, null);
            }

            if (person.Role == Role.Admin && !keepsAdmin && Admins(connection, person.Via) == 1)
            {
                return new PersonChange(PersonChangeStatus.LastAdmin, person);
            }

            change(connection);
            return new PersonChange(PersonChangeStatus.Done, person);
        },
        cancellationToken);

    private static Role RoleOf(SqliteConnection connection, SignIn signIn, Role otherwise) =>
        signIn.Fixed ?? (Admins(connection, signIn.Via) == 0 ? Role.Admin : otherwise);

    private static long Admins(SqliteConnection connection, string via) =>
        connection.Scalar<long>(CountAdmins, via);

    private static void Insert(SqliteConnection connection, Person person, string? subject) => connection.Execute(
        $"INSERT INTO people ({Columns}, email_key, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        person.Id,
        person.Via,
        person.Email,
        person.Name,
        Word(person.Role),
        person.Domain,
        person.FirstSignInAt,
        person.LastSignInAt,
        TextKey.Of(person.Email),
        subject);

    private static Person? Find(SqliteConnection connection, string id) =>
        connection.Find($"SELECT {Columns} FROM people WHERE id = ?1", Read, id);

    private static Person Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Via = row.GetString(1),
        Email = row.GetString(2),
        Name = row.GetString(3),
        Role = Enum.Parse<Role>(row.GetString(4), ignoreCase: true),
        Domain = row.Text(5),
        FirstSignInAt = row.Time(6),
        LastSignInAt = row.Time(7),
    };

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    // As it will be read.
    private static DateTimeOffset Milliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
