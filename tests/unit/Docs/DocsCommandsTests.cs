using Diffah.Tests.Support;
using Diffah.Tests.Support.Daemons;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Docs;

/// <summary>What the pages tell people to type works. Blocks of a page run in order, in one folder.</summary>
public sealed class DocsCommandsTests(TlsRegistry far, NearRegistry near)
    : IClassFixture<TlsRegistry>, IClassFixture<NearRegistry>
{
    public static TheoryData<string> Pages => [.. FindPages().Where(page => Blocks(page).Any())];

    public static TheoryData<string> Recipes => [.. FindPages().Where(IsRecipe)];

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_a_page_work(string page)
    {
        var blocks = Blocks(page).Where(block => block.NotRun is null).ToArray();
        Skip.If(blocks.Any(block => block.Script.Contains("jq ", StringComparison.Ordinal))
            && !ExternalTool.Exists("jq"), "jq, which this page uses, is not installed on this machine.");
        await using var docker =
            blocks.Any(block => block.Script.Contains("docker-daemon:", StringComparison.Ordinal))
                ? await DockerEngine.StartAsync()
                : null;
        using var folder = new DocsFolder(far, near);
        if (docker is not null)
            await folder.UseAsync(docker);
        foreach (var block in blocks)
        {
            var problem = await folder.RunAsync(block.Script);
            Assert.True(problem is null, $"{page}:{block.Line}: {block.Script}\n{problem}");
        }
    }

    [Fact]
    public void The_first_commands_of_the_readme_are_those_of_the_build()
    {
        var first = Blocks("README.md").First();
        Assert.StartsWith("./build.sh demo", first.Script, StringComparison.Ordinal);
        Assert.Contains("\n./build.sh test", first.Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_readme_goes_on_where_the_demo_ends()
    {
        var said = await ExternalTool.RunAsync("sh", Path.Combine(Repository.Root, "build/demo-end.sh"));
        var commands = said.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => line.Trim()).ToArray();
        Assert.NotEmpty(commands);
        var blocks = Blocks("README.md").ToArray();
        Assert.Contains(blocks, block => block.Script == string.Join('\n', commands));
        using var folder = new DocsFolder(far, near);
        var first = blocks.First(block => block.Script.StartsWith("diffah diff", StringComparison.Ordinal));
        Assert.Null(await folder.RunAfterBuildAsync($"{string.Join('\n', commands)}\n{first.Script}"));
    }

    [Fact]
    public void Every_verb_is_shown_by_a_command_that_is_run()
    {
        var run = string.Join(
            '\n', FindPages().SelectMany(Blocks).Where(block => block.NotRun is null).Select(block => block.Script));
        Assert.All(
            ["diff", "apply", "bundle", "unbundle", "merge", "inspect", "verify", "keygen", "copy", "image", "compare",
                "report", "config", "doctor", "version", "completion", "help"],
            verb => Assert.Contains($"diffah {verb}", run, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_has_the_sections_of_all_recipes_and_is_run(string page)
    {
        var sections = File.ReadAllLines(Path.Combine(Repository.Root, page))
            .Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(l => l[3..]);
        Assert.Equal(
            ["Goal", "When to use", "Prerequisites", "Setup", "Steps", "Verify", "Variations", "Troubleshooting",
                "With PowerShell"], sections);
        Assert.All(Blocks(page), block => Assert.Null(block.NotRun));
        Assert.NotEmpty(Blocks(page));
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        foreach (var page in FindPages())
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
            Assert.All(
                Links(page), link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{page} links to {link}"));
        }
    }

    [Fact]
    public void Blocks_are_read_with_their_marks_and_prompts()
    {
        var blocks = DocumentedBlock.ReadShell(["<!-- not run: why -->", "```sh", "a", "b", "```", "", "```console",
            "$ c", "said", "```", "```json", "{}", "```"]);
        Assert.Equal(
            [new DocumentedBlock(2, "sh", "a\nb", "why"), new DocumentedBlock(7, "console", "c", null)], blocks);
    }

    private static IEnumerable<DocumentedBlock> Blocks(string page) =>
        DocumentedBlock.ReadShell(File.ReadAllLines(Path.Combine(Repository.Root, page)));

    private static IEnumerable<string> FindPages() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal).Prepend("README.md");

    private static bool IsRecipe(string page) =>
        page.StartsWith(Path.Combine("docs", "recipes"), StringComparison.Ordinal);

    private static IEnumerable<string> Links(string page) =>
        from match in System.Text.RegularExpressions.Regex.Matches(
            File.ReadAllText(Path.Combine(Repository.Root, page)), @"\]\((?<to>[^)#]+)[^)]*\)")
        let link = match.Groups["to"].Value
        where !link.Contains("://", StringComparison.Ordinal)
        select link;
}
