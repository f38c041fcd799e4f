using System.IO.Pipes;
using System.Text;
using Diffah.Engine.Content;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

/// <summary>Small files that people write: what is read of them, and what is no file.</summary>
public sealed class SmallFileTests : IDisposable
{
    private const int Maximum = 1000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task As_much_as_the_bound_is_read_and_no_more()
    {
        await File.WriteAllBytesAsync(_folder["whole"], new byte[Maximum]);
        await File.WriteAllBytesAsync(_folder["more"], new byte[Maximum + 1]);
        await File.WriteAllBytesAsync(_folder["empty"], []);
        Assert.Equal(Maximum, (await ReadAsync(_folder["whole"]))!.Length);
        Assert.Empty((await ReadAsync(_folder["empty"]))!);
        Assert.Null(await ReadAsync(_folder["nothing"]));
        await FailsAsync("is larger than 1000 B", _folder["more"]);
        await FailsAsync("is a folder", _folder.Path);
    }

    [SkippableTheory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/tty")]
    public async Task A_device_is_refused(string path)
    {
        Skip.IfNot(File.Exists(path), $"{path} is not on this machine.");
        await FailsAsync("is a device, not a file", path);
        File.CreateSymbolicLink(_folder["link"], path);
        await FailsAsync("is a device, not a file", _folder["link"]);
    }

    [Fact]
    public async Task The_null_device_is_an_empty_file() => Assert.Empty((await ReadAsync("/dev/null"))!);

    [SkippableFact]
    public async Task The_wait_for_who_writes_to_a_named_pipe_can_be_stopped()
    {
        Skip.IfNot(ExternalTool.Exists("mkfifo"), "mkfifo is not on this machine.");
        await ExternalTool.RunAsync("mkfifo", _folder["pipe"]);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SmallFile.ReadAsync(_folder["pipe"], Maximum, why => new InvalidOperationException(why), stop.Token));
    }

    /// <summary>What a shell makes of <c>&lt;(command)</c>.</summary>
    [SkippableFact]
    public async Task The_pipe_of_a_shell_is_read_as_far_as_the_bound()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/fd is not on this machine as a folder of pipes.");
        Assert.Equal("text", Encoding.ASCII.GetString((await PipedAsync("text"))!));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PipedAsync(new string('x', 5000)));
        Assert.Equal("is larger than 1000 B", error.Message);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-16BE", true)]
    public void Text_is_read_however_a_shell_writes_it(string name, bool marked)
    {
        const string text = "{\"é\": \"𝄞\"}\r\n";
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. marked ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        Assert.Equal(text, TextBytes.Read(bytes));
        Assert.Equal(Encoding.UTF8.GetBytes(text), TextBytes.ToUtf8(bytes)!.Value.ToArray());
    }

    [Theory]
    [InlineData("7BE97D")] // Latin-1
    [InlineData("FFFE7B00E9")] // half a unit of UTF-16
    [InlineData("FFFE00D87D00")] // half a pair
    [InlineData("EFBBBFC3")] // half a character
    public void What_is_no_Unicode_is_no_text(string hex)
    {
        Assert.Null(TextBytes.Read(Convert.FromHexString(hex)));
        Assert.Null(TextBytes.ToUtf8(Convert.FromHexString(hex)));
    }

    private static Task<byte[]?> ReadAsync(string path) =>
        SmallFile.ReadAsync(path, Maximum, why => new InvalidOperationException(why), default);

    private static async Task<byte[]?> PipedAsync(string text)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reading = pipe.ClientSafePipeHandle;
        pipe.Write(Encoding.ASCII.GetBytes(text));
        var path = $"/proc/self/fd/{reading.DangerousGetHandle()}";
        var read = ReadAsync(path);
        pipe.Dispose();
        return await read;
    }

    private static async Task FailsAsync(string why, string path)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(path));
        Assert.Equal(why, error.Message);
    }
}
