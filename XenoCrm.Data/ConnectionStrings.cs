using Microsoft.Data.Sqlite;
using MongoDB.Driver;
using StackExchange.Redis;

namespace XenoCrm.Data;

/// <summary>Looks at connection strings before anything is opened. They may hold a password, so they are not repeated.</summary>
internal static class ConnectionStrings
{
    private const string Store = $"ConnectionStrings:{DataServices.StoreName}";
    private const string Redis = $"ConnectionStrings:{DataServices.RedisName}";

    /// <exception cref="InvalidOperationException">It names no file.</exception>
    public static void CheckSqlite(string text)
    {
        try
        {
            var file = new SqliteConnectionStringBuilder(text);
            if (file.DataSource.Length > 0 && file.DataSource != ":memory:" && file.Mode != SqliteOpenMode.Memory)
            {
                return;
            }
        }
        catch (ArgumentException)
        {
            // No pairs of names and values, or none that SQLite knows; told below.
        }

        throw new InvalidOperationException(
            $"{Store} {What(text)}names no store that is known here; it must be Data Source=/path/to/xenocrm.db, "
            + "or mongodb://host/xenocrm.");
    }

    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public static MongoUrl ReadMongo(string? text)
    {
        try
        {
            return MongoUrl.Create(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or MongoConfigurationException)
        {
            throw new InvalidOperationException(
                $"{Store} cannot be read; it must be like mongodb://host:27017/xenocrm or mongodb+srv://host/xenocrm.", e);
        }
    }

    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public static void CheckRedis(string text)
    {
        try
        {
            if (!text.Contains("://", StringComparison.Ordinal) && ConfigurationOptions.Parse(text).EndPoints.Count > 0)
            {
                return;
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Told below.
        }

        throw new InvalidOperationException(
            $"{Redis} {What(text)}cannot be read; it must be host:port, such as localhost:6379, "
            + "with options behind commas: localhost:6379,password=…");
    }

    /// <summary><c>begins with postgres:// and </c></summary>
    private static string What(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is > 0 and < 20 and var end
        && text.Take(end).All(c => char.IsAsciiLetter(c) || c == '+')
            ? $"begins with {text[..(end + 3)]} and "
            : "";
}
