using System.Text;
using Diffah.Engine.Images.Comparison.Reporting;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison.Reporting;

// What GNU diffutils 3.8 prints for the same files with `diff -u --label a/etc/x --label b/etc/x`, or patch makes.
public sealed class UnifiedDiffTests
{
    private const string Head = "--- a/etc/x\n+++ b/etc/x\n";

    [Theory]
    [InlineData("3.18.2\n", "3.18.3\n", "@@ -1 +1 @@\n-3.18.2\n+3.18.3\n")]
    [InlineData("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n")]
    [InlineData("a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n")]
    [InlineData("a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n")]
    [InlineData("a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n")]
    [InlineData("1\n2\nx", "0\n2\nx", "@@ -1,3 +1,3 @@\n-1\n+0\n 2\n x\n\\ No newline at end of file\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+b\n")]
    [InlineData("a\rb\n", "a\rc\n", "@@ -1 +1 @@\n-a\rb\n+a\rc\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n",
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n", "X\n2\n3\n4\n5\n6\n7\nY\n", // six lines between: one hunk
        "@@ -1,8 +1,8 @@\n-1\n+X\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+Y\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "X\n2\n3\n4\n5\n6\n7\n8\nY\n", // seven: two
        "@@ -1,4 +1,4 @@\n-1\n+X\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+Y\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", "1\n2\n3\n4\n5\nnew\n6\n7\n8\n9\n10\n11\n",
        "@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+new\n 6\n 7\n 8\n")]
    public void Differences_are_written_as_diff_writes_them(string old, string @new, string hunks) =>
        Assert.Equal(Head + hunks, Create(old, @new));

    [Fact]
    public void Texts_that_are_the_same_have_none() => Assert.Equal("", Create("a\nb", "a\nb"));

    // GNU patch's manual and diff's: names with such characters are quoted as in C; a name with a space ends at a tab.
    [Theory]
    [InlineData("a b", "--- a/a b\t\n+++ b/a b\t\n")]
    [InlineData("a\nb", "--- \"a/a\\012b\"\n+++ \"b/a\\012b\"\n")]
    [InlineData("\"\\\u001b", "--- \"a/\\\"\\\\\\033\"\n+++ \"b/\\\"\\\\\\033\"\n")]
    [InlineData("ä", "--- a/ä\n+++ b/ä\n")]
    public void A_name_never_ends_its_line_early(string path, string head) =>
        Assert.StartsWith(head + "@@", UnifiedDiff.Create(path, "1\n"u8, "2\n"u8), StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // half of a character
    public void What_is_no_text_is_not_compared(byte[] bytes)
    {
        Assert.Null(UnifiedDiff.Create("x", bytes, "a\n"u8));
        Assert.Null(UnifiedDiff.Create("x", "a\n"u8, bytes));
    }

    [Theory]
    [InlineData(UnifiedDiff.MaximumBytes, true)]
    [InlineData(UnifiedDiff.MaximumBytes + 1, false)]
    public void A_text_is_compared_up_to_its_bound(int bytes, bool isCompared)
    {
        var text = new string('x', bytes);
        Assert.Equal(isCompared, Create(text, "a") is not null);
        Assert.Equal(isCompared, Create("a", text) is not null);
    }

    [Theory]
    [InlineData(UnifiedDiff.MaximumLines, true)]
    [InlineData(UnifiedDiff.MaximumLines + 1, false)]
    public void Lines_between_start_and_end_are_bounded(int lines, bool isCompared)
    {
        var many = string.Concat(Enumerable.Repeat("\n", lines));
        Assert.Equal(isCompared, Create($"1\n{many}2\n", "1\n2\n") is not null);
        Assert.Equal(isCompared, Create("1\n2\n", $"1\n{many}2\n") is not null);
    }

    [Fact]
    public void Lines_that_both_have_at_start_and_end_count_not()
    {
        var many = string.Concat(Enumerable.Repeat("x\n", 2 * UnifiedDiff.MaximumLines));
        Assert.Equal(
            Head + "@@ -39998,7 +39998,7 @@\n x\n x\n x\n-a\n+b\n x\n x\n x\n",
            Create($"{many}a\n{many}", $"{many}b\n{many}"));
    }

    [SkippableFact]
    public async Task Patch_makes_the_new_text_of_the_old_one()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(16);
        for (var i = 0; i < 60; i++)
        {
            var (old, @new) = (RandomText(random), RandomText(random));
            await File.WriteAllTextAsync(folder["text"], old);
            await File.WriteAllTextAsync(folder["patch"], Create(old, @new));
            await ExternalTool.RunAsync(
                "patch", "--binary", "-s", "-o", folder["made"], folder["text"], folder["patch"]);
            Assert.Equal(@new, old == @new ? old : await File.ReadAllTextAsync(folder["made"]));
        }
    }

    [Fact]
    public void Following_the_hunks_gives_the_new_text()
    {
        var random = new Random(17);
        for (var i = 0; i < 2000; i++)
        {
            var (old, @new) = (RandomText(random), RandomText(random));
            Assert.Equal(@new, Follow(old, Create(old, @new)!));
        }
    }

    private static string? Create(string old, string @new) =>
        UnifiedDiff.Create("etc/x", Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(@new));

    private static string RandomText(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(30))
            .Select(_ => "abcd"[random.Next(4)] + (random.Next(9) == 0 ? "\r\n" : "\n")));
        return random.Next(3) == 0 ? text + "end" : text;
    }

    // Every hunk says where it begins, and each of its lines what to do: keep, drop, add.
    private static string Follow(string old, string patch)
    {
        var lines = Lines(old);
        var made = new StringBuilder();
        var (at, isMade) = (0, false);
        foreach (var line in Lines(patch).Skip(2))
        {
            if (line.StartsWith("@@ -", StringComparison.Ordinal))
            {
                var range = line.Split(' ')[1][1..].Split(',');
                var start = int.Parse(range[0]) - (range is [_, "0"] ? 0 : 1);
                for (; at < start; at++)
                    made.Append(lines[at]);
            }
            else if (line[0] == '\\')
            {
                made.Length -= isMade ? 1 : 0;
            }
            else
            {
                isMade = line[0] != '-';
                if (isMade)
                    made.Append(line.AsSpan(1));
                if (line[0] != '+')
                    at++;
            }
        }
        return made.Append(string.Concat(lines.Skip(at))).ToString();
    }

    private static List<string> Lines(string text) => [.. text.Split('\n').Select(l => l + "\n")
        .Select((l, i) => i == text.Count(c => c == '\n') ? l[..^1] : l).Where(l => l.Length > 0)];
}
