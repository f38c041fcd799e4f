using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Diagnostics;

public class ErrorTableTests
{
    [Fact]
    public void Every_error_has_a_code_of_its_own_and_says_what_to_do()
    {
        Assert.NotEmpty(DiffahErrors.All);
        Assert.Equal(DiffahErrors.All.Count, DiffahErrors.All.Select(e => e.Code).Distinct().Count());
        Assert.All(DiffahErrors.All, e =>
        {
            Assert.Matches("^[A-Z][A-Za-z]+$", e.Code);
            Assert.Matches(@"^[A-Z].*[.)]$", e.NextAction);
            Assert.True(Enum.IsDefined(e.Category));
            Assert.Equal((int)e.Category, e.ExitCode);
        });
    }

    [Theory]
    [InlineData(nameof(DiffahErrors.Internal), 1)]
    [InlineData(nameof(DiffahErrors.InvalidArgument), 2)]
    [InlineData(nameof(DiffahErrors.BaselineMismatch), 2)]
    [InlineData(nameof(DiffahErrors.DestinationExists), 2)]
    [InlineData(nameof(DiffahErrors.MemoryBudgetExceeded), 2)]
    [InlineData(nameof(DiffahErrors.DiskFull), 3)]
    [InlineData(nameof(DiffahErrors.AccessDenied), 3)]
    [InlineData(nameof(DiffahErrors.DestinationBusy), 3)]
    [InlineData(nameof(DiffahErrors.TooManyOpenFiles), 3)]
    [InlineData(nameof(DiffahErrors.ReadBackFailed), 3)]
    [InlineData(nameof(DiffahErrors.ArchiveInvalid), 4)]
    [InlineData(nameof(DiffahErrors.ArchiveTooOld), 4)]
    [InlineData(nameof(DiffahErrors.ArchiveVersionUnknown), 4)]
    [InlineData(nameof(DiffahErrors.ArchiveTooLarge), 4)]
    [InlineData(nameof(DiffahErrors.PatchInvalid), 4)]
    [InlineData(nameof(DiffahErrors.DigestMismatch), 4)]
    [InlineData(nameof(DiffahErrors.InvalidDigest), 4)]
    public void Codes_and_exit_codes_are_an_interface(string code, int exitCode) =>
        Assert.Equal(exitCode, DiffahErrors.All.Single(e => e.Code == code).ExitCode);

    [Theory]
    [MemberData(nameof(BaseErrors))]
    public void What_the_base_library_throws_has_its_row(Exception exception, string code)
    {
        var e = DiffahException.From(exception);
        Assert.Equal(code, e.Error.Code);
        Assert.NotEmpty(e.NextAction);
        Assert.Same(exception, e.InnerException);
    }

    public static TheoryData<Exception, string> BaseErrors => new()
    {
        { new UnauthorizedAccessException("x"), "AccessDenied" },
        { new FileNotFoundException("x"), "FileNotFound" },
        { new DirectoryNotFoundException("x"), "FileNotFound" },
        { new IOException("x", 28), "DiskFull" },
        { new IOException("x", 122), "DiskFull" },
        { new IOException("x", unchecked((int)0x80070070)), "DiskFull" },
        { new IOException("x", 24), "TooManyOpenFiles" },
        { new TypeInitializationException("x", new FileLoadException("x", new IOException("x", 24))),
            "TooManyOpenFiles" },
        { new InvalidDataException("x"), "InvalidImage" },
        { new EndOfStreamException("x"), "InvalidImage" },
        { new IOException("x"), "IoFailure" },
        { new FormatException("x"), "Internal" },
    };

    [Fact]
    public void A_typed_error_stays_what_it_is()
    {
        var own = new DiffahException(DiffahErrors.DiskFull, "x");
        Assert.Same(own, DiffahException.From(own));
        Assert.Same(own, DiffahException.From(new AggregateException(own)));
    }

    [Fact]
    public void Text_from_outside_can_not_control_a_terminal()
    {
        var e = new DiffahException(DiffahErrors.DiskFull, "a\u001b[2J\r\nb\u009b\u007f模", "c\td");
        Assert.Equal(("a?[2J??b??模", "c?d"), (e.Message, e.NextAction));
    }

    [Fact]
    public void A_message_is_bounded_whatever_it_quotes()
    {
        var (message, action) = (new string('x', 5_000_000), new string('y', 5_000_000));
        var e = new DiffahException(DiffahErrors.ArchiveInvalid, message, action);
        Assert.True(e.Message.Length < 17_000 && e.NextAction.Length < 17_000);
        Assert.EndsWith("…", e.Message, StringComparison.Ordinal);
    }
}
