using System.IO.MemoryMappedFiles;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(XenoCrm.Benchmarks.Running.MovedClock.InAService))]

namespace XenoCrm.Benchmarks.Running
{
    /// <summary>
    /// A clock that services have in place of this machine's: it goes on like that one, and can be put forward while they run. How far is
    /// a number in memory that all processes share, so that no two of them ever see it differently.
    /// </summary>
    internal sealed class MovedClock : IDisposable
    {
        private const string Variable = "XENOCRM_LOAD_CLOCK";

        private readonly DirectoryInfo folder = MeasuredProcess.CreateFolder("xenocrm-clock-");
        private readonly SharedTime time;

        public MovedClock(DateTimeOffset start)
        {
            File.WriteAllBytes(FilePath, new byte[sizeof(long)]);
            time = new SharedTime(FilePath);
            MoveTo(start);
        }

        public DateTimeOffset Now => time.GetUtcNow();

        /// <summary>What makes a service use it.</summary>
        public IEnumerable<(string Name, string Value)> Environment =>
        [
            ("DOTNET_STARTUP_HOOKS", typeof(MovedClock).Assembly.Location),
            ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(MovedClock).Assembly.GetName().Name!),
            (Variable, FilePath),
        ];

        private string FilePath => Path.Combine(folder.FullName, "ahead");

        public void MoveTo(DateTimeOffset at) => time.Ahead = at - TimeProvider.System.GetUtcNow();

        public void Dispose()
        {
            time.Dispose();
            folder.Delete(recursive: true);
        }

        /// <summary>Runs in the service, before its own start.</summary>
        internal sealed class InAService : IHostingStartup
        {
            public void Configure(IWebHostBuilder builder)
            {
                if (System.Environment.GetEnvironmentVariable(Variable) is { } file)
                {
                    builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(new SharedTime(file)));
                }
            }
        }

        private sealed class SharedTime(string file) : TimeProvider, IDisposable
        {
            private readonly MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file, FileMode.Open, mapName: null, sizeof(long));
            private MemoryMappedViewAccessor? view;

            public TimeSpan Ahead
            {
                get => TimeSpan.FromTicks(View.ReadInt64(0));
                set => View.Write(0, value.Ticks);
            }

            private MemoryMappedViewAccessor View => LazyInitializer.EnsureInitialized(ref view, () => map.CreateViewAccessor());

            public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

            public void Dispose()
            {
                view?.Dispose();
                map.Dispose();
            }
        }
    }
}

/// <summary>.NET finds it by its name, without a namespace. That it brings this assembly into the service is all that it is for.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
    }
}
