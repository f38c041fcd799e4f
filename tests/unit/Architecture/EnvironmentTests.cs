using System.Text.RegularExpressions;
using Diffah.Engine.Configuration;
using Diffah.Tests.Support;

namespace Diffah.Tests.Architecture;

/// <summary>Where the process's environment is looked at, and that the tests do not inherit it.</summary>
public sealed partial class EnvironmentTests
{
    /// <summary>
    /// Where programs and the user are at home, and what kind of terminal this is: the processes that tests start need
    /// it.
    /// </summary>
    private static readonly string[] Needed = ["PATH", "TERM", "HOME"];

    [Fact]
    public void The_tests_inherit_nothing_that_the_product_obeys()
    {
        var read = Sources("src")
            .SelectMany(source => Variable().Matches(File.ReadAllText(source)).Select(m => m.Groups["name"].Value))
            .Concat(Knobs.All.Select(k => k.Variable).OfType<string>()).Distinct().ToArray();
        Assert.Contains("SOURCE_DATE_EPOCH", read);
        Assert.Contains("NO_COLOR", read);
        Assert.Contains("DIFFAH_WORKDIR", read);
        Assert.All(read.Except(Needed), name => Assert.True(CleanEnvironment.Clears(name), name));
        Assert.All(Environment.GetEnvironmentVariables().Keys.Cast<string>(),
            name => Assert.False(CleanEnvironment.Clears(name), name));
    }

    [Fact]
    public void The_command_line_sees_the_process_through_its_host_only()
    {
        var uses = Sources("src/Diffah.Cli").Where(source => Path.GetFileName(source) != "CommandLineHost.cs")
            .SelectMany(source =>
                HostUse().Matches(File.ReadAllText(source)).Select(m => $"{Path.GetFileName(source)}: {m.Value}"));
        Assert.Empty(uses);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar)
                .Any(part => part is "obj" or "bin"));

    [GeneratedRegex(
        """\b(?:Read|Folder|ReadVariable|HasVariable|FromVariable<\w+>|GetEnvironmentVariable)\((?:host, )?"(?<name>[A-Z][A-Z_]+)"\)""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\bEnvironment\.GetEnvironmentVariable|\bHostEnvironment\.(?!ProductVersion|HomeFolder)\w+")]
    private static partial Regex HostUse();
}
