; Inno Setup's recipe: installs dist\wsgui for this user, or for everybody if the person may.
#define Version GetEnv("WSGUI_VERSION")

[Setup]
AppId={{6E0B9C4E-5B0B-4C52-9E4B-3C1B0E6D7A51}
AppName=wsgui
AppVersion={#Version}
AppVerName=wsgui {#Version}
AppPublisher=wsgui maintainers
DefaultDirName={autopf}\wsgui
DefaultGroupName=wsgui
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\dist\icons\wsgui.ico
UninstallDisplayIcon={app}\wsgui.exe
OutputDir=..\..\dist
OutputBaseFilename=wsgui-{#Version}-windows-x64
Compression=lzma2/ultra64
SolidCompression=yes
ChangesAssociations=yes
ChangesEnvironment=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "Add wsgui to the PATH of this user"; Flags: unchecked

[Files]
Source: "..\..\dist\wsgui\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "..\..\resources\third-party.txt"; DestDir: "{app}"

[InstallDelete]
; What the version before brought and this one has no more.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\wsgui"; Filename: "{app}\wsgui.exe"
Name: "{autodesktop}\wsgui"; Filename: "{app}\wsgui.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.wscap\OpenWithProgids"; ValueType: string; ValueName: "wsgui.capture"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.wscap"; ValueType: string; ValueData: "wsgui.capture"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\wsgui.capture"; ValueType: string; ValueData: "WebSocket capture"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\wsgui.capture\DefaultIcon"; ValueType: string; ValueData: "{app}\wsgui.exe,0"
Root: HKA; Subkey: "Software\Classes\wsgui.capture\shell\open\command"; ValueType: string; ValueData: """{app}\wsgui.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\wsgui.exe\SupportedTypes"; ValueType: string; ValueName: ".har"; ValueData: ""; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\wsgui.exe\SupportedTypes"; ValueType: string; ValueName: ".pcapng"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\wsgui.exe\SupportedTypes"; ValueType: string; ValueName: ".pcap"; ValueData: ""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path

[Run]
Filename: "{app}\wsgui.exe"; Description: "{cm:LaunchProgram,wsgui}"; Flags: nowait postinstall skipifsilent
