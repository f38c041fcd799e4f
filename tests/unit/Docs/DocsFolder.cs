using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Docs;

/// <summary>A folder as the pages suppose it: with the images that they name, with diffah on PATH, and with a home of its own.</summary>
internal sealed class DocsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DocsFolder()
    {
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(_folder["home"]);
        var samples = SampleImages.WriteAll(_folder["samples"], 0.1);
        Offer(samples[SampleFormat.DockerArchive], ".tar");
        Offer(samples[SampleFormat.OciGzip], ".oci.tar");
        Directory.Move(samples[SampleFormat.OciLayout].V1.Path, Path.Combine(Work, "layout"));
        WriteCommand();
    }

    private string Work => _folder["work"];

    private string Commands => _folder["bin"];

    /// <summary>Runs commands; the answer is what they said where they failed, or null.</summary>
    public async Task<string?> RunAsync(string script)
    {
        var result = await ExternalTool.TryRunAsync("sh", "-euc", $"HOME='{_folder["home"]}' PATH='{Commands}':$PATH; export HOME; cd '{Work}'\n{script}");
        return result.ExitCode == 0 ? null : $"exit {result.ExitCode}: {result.Output}{result.Error}";
    }

    public void Dispose() => _folder.Dispose();

    private void Offer(SamplePair pair, string suffix)
    {
        File.Move(pair.V1.Path, Path.Combine(Work, "app-v1" + suffix));
        File.Move(pair.V2.Path, Path.Combine(Work, "app-v2" + suffix));
    }

    private void WriteCommand()
    {
        Directory.CreateDirectory(Commands);
        var path = Path.Combine(Commands, "diffah");
        File.WriteAllText(path, $"#!/bin/sh\nexec '{Environment.ProcessPath}' '{Path.Combine(AppContext.BaseDirectory, "diffah.dll")}' \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
